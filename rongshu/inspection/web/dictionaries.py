"""Dictionaries: list, begin, import a version, switch, and try a text."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.fields import OrganizationField
from rongshu.console.forms import ConsoleForm, answer_form
from rongshu.console.list_parts import Button, Column, Empty, Search, State, choice_filter
from rongshu.console.lists import ListPage
from rongshu.console.menu import may_anywhere
from rongshu.console.pacing import at_most
from rongshu.console.pages import Crumb, render_page
from rongshu.inspection.actions.dictionaries import define_dictionary, import_words, switch_dictionary
from rongshu.inspection.checking import inspect_text
from rongshu.inspection.findings import CLASSES
from rongshu.inspection.models import Dictionary
from rongshu.inspection.permissions import may_manage_dictionary
from rongshu.inspection.queries import lexicon_for
from rongshu.inspection.queries.dictionaries import dictionaries_for, dictionary_for
from rongshu.inspection.words import LARGEST_FILE

CRUMBS = (Crumb("内容检查词库", "inspection-dictionaries"),)


def manages(viewer: Viewer) -> bool:
    """Whether the viewer manages dictionaries anywhere."""
    return may_anywhere(viewer, "dictionary.manage")


DICTIONARIES = ListPage[Dictionary](
    code="dictionaries",
    title="内容检查词库",
    lead="内置词库之外的词语，按平台和机构维护；导入即为新版本，立即在各处生效。",
    rows=dictionaries_for,
    order="code",
    columns=(
        Column("name", "名称", lambda one: one.name),
        Column("code", "代码", lambda one: one.code, order="code", is_narrow=True),
        Column("kind", "类型", lambda one: one.get_kind_display(), is_narrow=True),
        Column("class", "类别", lambda one: f"{one.error_class} {CLASSES.get(one.error_class, '')}"),
        Column("organization", "所属", lambda one: one.organization.name if one.organization else "平台"),
        Column("version", "版本", lambda one: getattr(one, "version_number", None) or "—", is_narrow=True),
        Column("words", "词数", lambda one: getattr(one, "words", None) or 0, is_number=True, is_narrow=True),
        Column(
            "state",
            "状态",
            lambda one: State("启用", "well") if one.is_active else State("停用"),
            is_narrow=True,
        ),
    ),
    filters=(choice_filter("kind", "类型", Dictionary.Kind.choices),),
    search=Search(("name", "code"), "按名称或代码查找"),
    open_url=lambda one: reverse("inspection-dictionary", args=[one.pk]),
    buttons=(
        Button("新建词库", "inspection-new-dictionary", "plus", is_primary=True),
        Button("试查文本", "inspection-try", "search"),
        Button("例外", "inspection-exceptions", "list"),
    ),
    empty=Empty("还没有自建词库", "内置词库已在使用；需要增补时新建词库并导入 CSV、XLSX 或 TXT。", "list"),
)


class NewDictionaryForm(ConsoleForm):
    """What a dictionary is."""

    name = forms.CharField(label="名称", max_length=100)
    code = forms.SlugField(label="代码", max_length=40, help_text="小写字母、数字和连字符，如 local-terms")
    kind = forms.ChoiceField(label="类型", choices=Dictionary.Kind.choices)
    class_code = forms.ChoiceField(
        label="错误类别", choices=[(code, f"{code} {name}") for code, name in CLASSES.items()], initial="E4"
    )
    organization = OrganizationField(
        label="所属机构", required=False, help_text="留空为平台词库，对所有机构生效"
    )


class ImportForm(ConsoleForm):
    """A version: the file, where it comes from and from when it holds."""

    file = forms.FileField(
        label="文件", help_text="CSV、XLSX（首行为列名：词语、建议、级别、类别、说明、例外）或每行一词的 TXT"
    )
    source = forms.CharField(label="来源", max_length=300, help_text="依据的文件或单位")
    dated_on = forms.DateField(label="来源日期", widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    effective_from = forms.DateField(
        label="启用日期", required=False, help_text="留空则从今天起",
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )  # fmt: skip


class TryForm(ConsoleForm):
    """A text to try the lexicon with."""

    text = forms.CharField(label="文本", max_length=20_000, widget=forms.Textarea({"rows": 8}))


@require_safe
def list_dictionaries(request: StaffRequest) -> HttpResponseBase:
    """List the dictionaries the person manages."""
    require(manages(request.viewer))
    return DICTIONARIES.answer(request)


def begin_dictionary(request: StaffRequest) -> HttpResponse:
    """Begin a dictionary."""
    require(manages(request.viewer))
    form = NewDictionaryForm(request.POST or None)

    def act(filled: NewDictionaryForm) -> str:
        given = dict(filled.cleaned_data)
        organization, class_code = given.pop("organization"), given.pop("class_code")
        made = define_dictionary(
            actor=request.person,
            organization_id=organization.pk if organization else None,
            error_class=class_code,
            **given,
        )
        done.append(reverse("inspection-dictionary", args=[made.pk]))
        return f"已新建词库“{made.name}”，请导入词语。"

    done: list[str] = []
    back = reverse("inspection-dictionaries")
    return answer_form(
        request, form, act, title="新建词库", button="新建词库", done_url=lambda: done[0], back_url=back,
        crumbs=CRUMBS,
    )  # fmt: skip


@require_safe
def show_dictionary(request: StaffRequest, dictionary_id: UUID) -> HttpResponse:
    """Show a dictionary and its versions."""
    dictionary = dictionary_for(request.viewer, dictionary_id)
    shown = {
        "dictionary": dictionary,
        "class_name": CLASSES.get(dictionary.error_class, ""),
        "versions": dictionary.versions.defer("content")
        .select_related("created_by")
        .order_by("-number")[:50],
        "may_change": may_manage_dictionary(request.viewer, dictionary.organization_id),
    }
    return render_page(request, "inspection/dictionary.html", shown, crumbs=CRUMBS)


def import_file(request: StaffRequest, dictionary_id: UUID) -> HttpResponse:
    """Import a file as the next version, and say what was left out."""
    dictionary = dictionary_for(request.viewer, dictionary_id)
    require(may_manage_dictionary(request.viewer, dictionary.organization_id))
    form = ImportForm(request.POST or None, request.FILES or None)

    def act(filled: ImportForm) -> str:
        given = filled.cleaned_data
        version, report = import_words(
            actor=request.person, dictionary_id=dictionary.pk, content=given["file"].read(LARGEST_FILE + 1),
            file_name=given["file"].name, source=given["source"], dated_on=given["dated_on"],
            effective_from=given["effective_from"],
        )  # fmt: skip
        for problem in report.problems[:10]:
            messages.warning(request, problem)
        return (
            f"已导入第 {version.number} 版：{report.taken} 个词语，重复 {report.repeated} 个，"
            f"未采用 {report.refused} 个。启用后自动在后台复查已发布的内容，结果见“历史内容复查”。"
        )

    here = reverse("inspection-dictionary", args=[dictionary.pk])
    title = f"导入“{dictionary.name}”"
    return answer_form(
        request, form, act, title=title, button="导入为新版本", done_url=here, back_url=here, crumbs=CRUMBS
    )


@require_POST
def switch(request: StaffRequest, dictionary_id: UUID) -> HttpResponse:
    """Take a dictionary into use or out of it."""
    is_active = request.POST.get("active") == "yes"
    switch_dictionary(actor=request.person, dictionary_id=dictionary_id, is_active=is_active)
    done = "已启用" if is_active else "已停用"
    messages.success(request, f"{done}，正在后台复查已发布的内容，结果见“历史内容复查”。")
    return HttpResponseRedirect(reverse("inspection-dictionary", args=[dictionary_id]))


@at_most(60)
def try_text(request: StaffRequest) -> HttpResponse:
    """Try a text with the lexicon of the person's organisation; nothing is kept."""
    require(manages(request.viewer))
    form = TryForm(request.POST or None)
    findings = None
    if request.method == "POST" and form.is_valid():
        lexicon = lexicon_for(request.viewer.home_organization_id)
        findings = inspect_text(form.cleaned_data["text"], lexicon)
    shown = {"form": form, "title": "试查文本", "button": "检查", "findings": findings}
    return render_page(
        request, "inspection/try.html", shown, crumbs=CRUMBS, status=422 if form.errors else 200
    )
