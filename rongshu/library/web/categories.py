"""The category trees: looking, adding, importing, renaming, sorting, moving, merging, splitting, deleting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.forms import ConsoleForm, answer_form
from rongshu.console.pages import Crumb, render_page
from rongshu.foundation.errors import InvalidInput
from rongshu.library.actions.categories import (
    create_category,
    import_categories,
    merge_categories,
    move_category,
    rename_category,
    sort_categories,
    split_category,
)
from rongshu.library.actions.deleting_definitions import delete_category
from rongshu.library.models import Category, CategoryScheme
from rongshu.library.permissions import may_define
from rongshu.library.queries.definitions import category_with_id, classified_under, scheme_with_code, tree_of
from rongshu.library.web.deleting import answer_deletion
from rongshu.library.web.resources import require_reading, title_of

CRUMBS: Final = (Crumb("分类", "library-categories"),)
_GET_POST: Final = ("GET", "HEAD", "POST")
_OFFERED: Final = 300
_LARGEST_FILE: Final = 2_000_000


class CategoryForm(ConsoleForm):
    """A new category."""

    parent = forms.ChoiceField(label="上级分类", required=False)
    code = forms.CharField(label="代码", max_length=40)
    name = forms.CharField(label="名称", max_length=100)

    def __init__(self, *args: Any, scheme: CategoryScheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "parent", scheme, empty="（无，作为一级分类）")


class NameForm(ConsoleForm):
    """Another name."""

    name = forms.CharField(label="名称", max_length=100)


class ImportForm(ConsoleForm):
    """A file of categories."""

    file = forms.FileField(
        label="CSV 文件",
        help_text="首行为：代码,名称,上级代码；上级写在下级之前。已有代码改名、移动，不删除。",
    )

    def clean_file(self) -> str:
        """Return the text of the file."""
        file = self.cleaned_data["file"]
        if file.size > _LARGEST_FILE:
            raise forms.ValidationError("文件超过 2 MB，请分几次导入")
        content: bytes = file.read()
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
        raise forms.ValidationError("文件编码无法识别，请存为 UTF-8 后重试")


class TargetForm(ConsoleForm):
    """Another category of the scheme."""

    target = forms.ChoiceField(label="目标分类")

    def __init__(self, *args: Any, category: Category, empty: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].required = not empty
        choose(self, "target", category.scheme, empty=empty, without=category.path)


class SplitForm(TargetForm):
    """Which resources go to another category."""

    resources = forms.MultipleChoiceField(label="移出的资源", widget=forms.CheckboxSelectMultiple)


def choose(form: forms.Form, name: str, scheme: CategoryScheme, *, empty: str, without: str = "") -> None:
    """Offer the categories of a scheme, but for one and what stands below it."""
    offered = [
        (str(node.category.pk), f"{'　' * (node.level - 1)}{node.category.code} {node.category.name}")
        for node in tree_of(scheme)
        if not (without and node.category.path.startswith(without))
    ]
    cast("forms.ChoiceField", form.fields[name]).choices = [("", empty)] * bool(empty) + offered


@require_safe
def list_schemes(request: StaffRequest) -> HttpResponse:
    """Show the schemes, and the tree of the first."""
    require_reading(request.viewer)
    schemes = CategoryScheme.objects.order_by("code")
    first = schemes.filter(pk="theme").first() or schemes.first()
    if first is None:
        return render_page(request, "library/categories.html", {"schemes": []})
    return HttpResponseRedirect(reverse("library-scheme", args=[first.pk]))


@require_safe
def show_scheme(request: StaffRequest, code: str) -> HttpResponse:
    """Show a tree of categories."""
    require_reading(request.viewer)
    scheme = scheme_with_code(code)
    shown = {
        "scheme": scheme,
        "schemes": CategoryScheme.objects.order_by("code"),
        "nodes": tree_of(scheme, with_ended=request.GET.get("ended") == "yes"),
        "with_ended": request.GET.get("ended") == "yes",
        "may_define": may_define(request.viewer),
    }
    return render_page(request, "library/categories.html", shown)


@require_safe
def show_category(request: StaffRequest, category_id: UUID) -> HttpResponse:
    """Show one category, what stands under it, and what can be done to it."""
    require_reading(request.viewer)
    category = category_with_id(category_id)
    shown = {
        "category": category,
        "resources": [(one.pk, title_of(one)) for one in classified_under(request.viewer, category)[:50]],
        "below": category.children.filter(is_active=True).order_by("position", "code"),
        "may_define": may_define(request.viewer),
    }
    return render_page(request, "library/category.html", shown, crumbs=CRUMBS)


@require_http_methods(_GET_POST)
def create(request: StaffRequest, code: str) -> HttpResponse:
    """Add a category."""
    require(may_define(request.viewer))
    scheme = scheme_with_code(code)
    form = CategoryForm(_posted(request), scheme=scheme, initial={"parent": request.GET.get("parent", "")})

    def act(filled: CategoryForm) -> str:
        given = filled.cleaned_data
        parent = category_with_id(UUID(given["parent"])) if given["parent"] else None
        create_category(
            actor=request.person, scheme=scheme, code=given["code"], name=given["name"], parent=parent
        )
        return f"已添加“{given['name']}”。"

    back = reverse("library-scheme", args=[scheme.pk])
    return answer_form(
        request, form, act, title=f"在“{scheme.name}”中添加分类", button="添加分类", done_url=back,
        back_url=back, crumbs=CRUMBS,
    )  # fmt: skip


@require_http_methods(_GET_POST)
def import_file(request: StaffRequest, code: str) -> HttpResponse:
    """Bring in a tree from a file: all of it or nothing."""
    require(may_define(request.viewer))
    scheme = scheme_with_code(code)
    form = ImportForm(_posted(request), request.FILES or None)

    def act(filled: ImportForm) -> str:
        count = import_categories(actor=request.person, scheme=scheme, content=filled.cleaned_data["file"])
        return f"已导入 {count} 个分类。"

    back = reverse("library-scheme", args=[scheme.pk])
    return answer_form(
        request, form, act, title=f"导入“{scheme.name}”", button="导入分类", done_url=back, back_url=back,
        crumbs=CRUMBS,
    )  # fmt: skip


@require_http_methods(_GET_POST)
def rename(request: StaffRequest, category_id: UUID) -> HttpResponse:
    """Give a category another name."""
    category = _changeable(request, category_id)
    form = NameForm(_posted(request), initial={"name": category.name})

    def act(filled: NameForm) -> str:
        rename_category(actor=request.person, category=category, name=filled.cleaned_data["name"])
        return "已改名，归在其下的资源随之更新。"

    return _answer(request, category, form, act, deed="改名", lead="")


@require_http_methods(_GET_POST)
def move(request: StaffRequest, category_id: UUID) -> HttpResponse:
    """Hang a category, with all below it, elsewhere."""
    category = _changeable(request, category_id)
    form = TargetForm(_posted(request), category=category, empty="（无，作为一级分类）")
    form.fields["target"].label = "新的上级分类"

    def act(filled: TargetForm) -> str:
        move_category(actor=request.person, category=category, parent=_target(filled))
        return f"已移动“{category.name}”。"

    lead = "下级分类一起移动，资源仍归在原分类之下。"
    return _answer(request, category, form, act, deed="移动", lead=lead)


@require_http_methods(_GET_POST)
def merge(request: StaffRequest, category_id: UUID) -> HttpResponse:
    """Let another category take over everything."""
    category = _changeable(request, category_id)

    def act(filled: TargetForm) -> str:
        target = category_with_id(UUID(filled.cleaned_data["target"]))
        moved = merge_categories(actor=request.person, source=category, target=target)
        return f"已并入“{target.name}”，{moved} 条资源随之移动。"

    form = TargetForm(_posted(request), category=category)
    lead = "资源和下级分类全部归到目标分类，本分类停用，保留并入记录。"
    return _answer(request, category, form, act, deed="合并", lead=lead)


@require_http_methods(_GET_POST)
def split(request: StaffRequest, category_id: UUID) -> HttpResponse:
    """Move some of the resources to another category."""
    category = _changeable(request, category_id)
    form = SplitForm(_posted(request), category=category)
    found = classified_under(request.viewer, category)[:_OFFERED]
    offered = [(str(one.pk), title_of(one)) for one in found]
    cast("forms.MultipleChoiceField", form.fields["resources"]).choices = offered

    def act(filled: SplitForm) -> str:
        chosen = [UUID(one) for one in filled.cleaned_data["resources"]]
        target = category_with_id(UUID(filled.cleaned_data["target"]))
        moved = split_category(actor=request.person, source=category, target=target, resource_ids=chosen)
        return f"已把 {moved} 条资源移到“{target.name}”。"

    lead = f"勾选的资源移到目标分类，其余不动；每次最多列出 {_OFFERED} 条。"
    return _answer(request, category, form, act, deed="拆分", lead=lead)


@require_http_methods(_GET_POST)
def delete(request: StaffRequest, category_id: UUID) -> HttpResponse:
    """Delete a category with all below it (P2-03)."""
    category = _changeable(request, category_id)
    return answer_deletion(
        request,
        category,
        lambda consent: delete_category(actor=request.person, category=category, consent=consent),
        name=category.name,
        consequence="删除后资源移出该分类及其下级，分类记录保留。",
        back_url=reverse("library-category", args=[category.pk]),
        done_url=reverse("library-scheme", args=[category.scheme_id]),
        crumbs=CRUMBS,
    )


@require_POST
def move_up(request: StaffRequest, category_id: UUID) -> HttpResponse:
    """Put a category before the one above it."""
    category = _changeable(request, category_id)
    rows = Category.objects.filter(scheme=category.scheme, parent=category.parent)
    siblings = list(rows.order_by("position", "code"))
    place = siblings.index(category)
    if place:
        siblings[place - 1], siblings[place] = siblings[place], siblings[place - 1]
        sort_categories(actor=request.person, categories=siblings)
        messages.success(request, f"“{category.name}”已上移。")
    return HttpResponseRedirect(reverse("library-scheme", args=[category.scheme_id]))


def _changeable(request: StaffRequest, category_id: UUID) -> Category:
    require(may_define(request.viewer))
    return category_with_id(category_id)


def _posted(request: StaffRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _target(form: TargetForm) -> Category | None:
    wish = form.cleaned_data["target"]
    return category_with_id(UUID(wish)) if wish else None


def _answer(
    request: StaffRequest,
    category: Category,
    form: Any,
    act: Callable[[Any], str],
    *,
    deed: str,
    lead: str,
) -> HttpResponse:
    if not category.is_active:
        raise InvalidInput("该分类已停用，不能再变动。")
    back = reverse("library-category", args=[category.pk])
    return answer_form(
        request, form, act, title=f"{deed}“{category.name}”", button=f"{deed}分类", lead=lead, done_url=back,
        back_url=back, crumbs=CRUMBS,
    )  # fmt: skip
