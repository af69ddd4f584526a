"""Library standards, resource types and their elements: looking, adding, changing, deleting (P2-01…P2-03)."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.forms import ConsoleForm, answer_form
from rongshu.console.pages import Crumb, render_page
from rongshu.library.actions.define_field import (
    FieldSpecification,
    change_field,
    define_field,
    define_standard,
    define_type,
)
from rongshu.library.actions.deleting_definitions import delete_field, delete_standard
from rongshu.library.models import FieldDefinition, ResourceType
from rongshu.library.permissions import may_define
from rongshu.library.queries.definitions import (
    field_with_id,
    fields_of,
    standard_with_code,
    standards,
    type_with_id,
)
from rongshu.library.web.deleting import answer_deletion
from rongshu.library.web.resources import require_reading

CRUMBS: Final = (Crumb("资源类型与字段", "library-types"),)
_GET_POST: Final = ("GET", "HEAD", "POST")


class StandardForm(ConsoleForm):
    """A library standard beside those there are."""

    code = forms.SlugField(label="代号", max_length=40, help_text="小写字母、数字和连字符，以后不能修改")
    name = forms.CharField(label="标准名称", max_length=100)
    version = forms.CharField(label="版本", max_length=20)
    source = forms.CharField(label="依据", max_length=300, required=False)


class TypeForm(ConsoleForm):
    """A resource type."""

    code = forms.SlugField(label="代号", max_length=40, help_text="小写字母、数字和连字符，以后不能修改")
    name_cn = forms.CharField(label="中文名称", max_length=50)
    name_en = forms.CharField(label="英文名称", max_length=50, help_text="以大写字母开头，如 Announcement")
    copied_from = forms.ModelChoiceField(
        label="核心字段沿用", queryset=ResourceType.objects.select_related("standard").order_by("name_cn"),
        empty_label=None,
    )  # fmt: skip


class FieldForm(ConsoleForm):
    """An element; its kind and English name stay what they are once given."""

    name_cn = forms.CharField(label="中文名称", max_length=50)
    name_en = forms.CharField(label="英文名称", max_length=50, help_text="以大写字母开头，由已登记的词组成")
    data_type = forms.ChoiceField(label="类型", choices=FieldDefinition.DataType.choices)
    length = forms.IntegerField(label="长度", required=False, min_value=1, max_value=1_000_000)
    obligation = forms.ChoiceField(
        label="约束", choices=[("O", "可选"), ("M", "必选")], initial="O"
    )  # fmt: skip
    element_set = forms.CharField(label="元数据集", max_length=50, initial="基本信息")
    is_listed = forms.BooleanField(label="在列表中显示", required=False)
    is_searchable = forms.BooleanField(label="可以检索", required=False)
    note = forms.CharField(label="说明", max_length=300, required=False)
    words = forms.CharField(
        label="新登记的词", required=False, max_length=1000, widget=forms.Textarea({"rows": 2}),
        help_text="英文名称用到未登记的词时填写，每行一个：缩写,英文全称,中文，如 Dept,Department,部门",
    )  # fmt: skip

    def clean_words(self) -> dict[str, tuple[str, str]]:
        """Return the new words by abbreviation."""
        words = {}
        for line in self.cleaned_data["words"].splitlines():
            parts = [part.strip() for part in line.replace("，", ",").split(",")]
            if len(parts) != 3 or not all(parts):
                raise forms.ValidationError(f"“{line}”应为：缩写,英文全称,中文")
            words[parts[0]] = (parts[1], parts[2])
        return words


class FieldChangeForm(ConsoleForm):
    """What may change of an element that versions already use."""

    name_cn = forms.CharField(label="中文名称", max_length=50)
    length = forms.IntegerField(label="长度", required=False, help_text="只能放宽")
    element_set = forms.CharField(label="元数据集", max_length=50)
    is_listed = forms.BooleanField(label="在列表中显示", required=False)
    is_searchable = forms.BooleanField(label="可以检索", required=False)
    note = forms.CharField(label="说明", max_length=300, required=False)


@require_safe
def list_types(request: StaffRequest) -> HttpResponse:
    """Show the standards with their types."""
    require_reading(request.viewer)
    shown = {"standards": standards(), "may_define": may_define(request.viewer)}
    return render_page(request, "library/types.html", shown)


@require_safe
def show_type(request: StaffRequest, type_id: UUID) -> HttpResponse:
    """Show the elements of a type."""
    require_reading(request.viewer)
    type_ = type_with_id(type_id)
    shown = {"type": type_, "fields": fields_of(type_), "may_define": may_define(request.viewer)}
    return render_page(request, "library/type.html", shown, crumbs=CRUMBS)


@require_http_methods(_GET_POST)
def new_standard(request: StaffRequest) -> HttpResponse:
    """Add a standard."""
    require(may_define(request.viewer))
    back = reverse("library-types")

    def act(filled: StandardForm) -> str:
        return f"已建立“{define_standard(actor=request.person, **filled.cleaned_data).name}”。"

    return answer_form(
        request, StandardForm(_posted(request)), act, title="建立资源库标准", button="建立标准",
        done_url=back, back_url=back, crumbs=CRUMBS,
    )  # fmt: skip


@require_http_methods(_GET_POST)
def remove_standard(request: StaffRequest, code: str) -> HttpResponse:
    """Delete a standard (P2-03)."""
    require(may_define(request.viewer))
    standard, back = standard_with_code(code), reverse("library-types")
    return answer_deletion(
        request,
        standard,
        lambda consent: delete_standard(actor=request.person, standard=standard, consent=consent),
        name=standard.name,
        consequence="已有资源保留，标准停用，不再据此入库。",
        back_url=back,
        done_url=back,
        crumbs=CRUMBS,
    )


@require_http_methods(_GET_POST)
def new_type(request: StaffRequest, code: str) -> HttpResponse:
    """Add a resource type to a standard."""
    require(may_define(request.viewer))
    standard, back = standard_with_code(code), reverse("library-types")

    def act(filled: TypeForm) -> str:
        type_ = define_type(actor=request.person, standard=standard, **filled.cleaned_data)
        return f"已建立“{type_.name_cn}”，可继续添加字段。"

    return answer_form(
        request, TypeForm(_posted(request)), act, title=f"在“{standard.name}”中建立资源类型",
        button="建立类型", done_url=back, back_url=back, crumbs=CRUMBS,
    )  # fmt: skip


@require_http_methods(_GET_POST)
def new_field(request: StaffRequest, type_id: UUID) -> HttpResponse:
    """Add an element to a type."""
    require(may_define(request.viewer))
    type_, back = type_with_id(type_id), reverse("library-type", args=[type_id])

    def act(filled: FieldForm) -> str:
        specification = FieldSpecification(**filled.cleaned_data)
        define_field(actor=request.person, resource_type=type_, specification=specification)
        return f"已添加字段“{specification.name_cn}”。"

    return answer_form(
        request, FieldForm(_posted(request)), act, title=f"为“{type_.name_cn}”添加字段", button="添加字段",
        done_url=back, back_url=back, crumbs=CRUMBS,
    )  # fmt: skip


@require_http_methods(_GET_POST)
def edit_field(request: StaffRequest, field_id: UUID) -> HttpResponse:
    """Change what may change of an element."""
    require(may_define(request.viewer))
    definition = field_with_id(field_id)
    back = reverse("library-type", args=[definition.resource_type_id])
    initial = {name: getattr(definition, name) for name in FieldChangeForm.base_fields}
    form = FieldChangeForm(_posted(request), initial=initial)

    def act(filled: FieldChangeForm) -> str:
        given = filled.cleaned_data
        changes = {name: value for name, value in given.items() if value != initial[name]}
        if changes:
            change_field(actor=request.person, definition=definition, **changes)
        return f"已保存字段“{given['name_cn']}”。"

    return answer_form(
        request, form, act, title=f"修改字段“{definition.name_cn}”", button="保存字段", done_url=back,
        back_url=back, crumbs=CRUMBS,
    )  # fmt: skip


@require_http_methods(_GET_POST)
def remove_field(request: StaffRequest, field_id: UUID) -> HttpResponse:
    """Delete an element (P2-03)."""
    require(may_define(request.viewer))
    definition = field_with_id(field_id)
    back = reverse("library-type", args=[definition.resource_type_id])
    return answer_deletion(
        request,
        definition,
        lambda consent: delete_field(actor=request.person, definition=definition, consent=consent),
        name=definition.name_cn,
        consequence="已有版本中的值保留在版本里，不再显示。",
        back_url=back,
        done_url=back,
        crumbs=CRUMBS,
    )


def _posted(request: StaffRequest) -> Any:
    return request.POST if request.method == "POST" else None
