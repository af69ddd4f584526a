"""检索词汇: words of one meaning and stop words, tried before they are kept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.confirming import ask_first
from rongshu.console.forms import ConsoleForm, answer_form, refuse
from rongshu.console.list_parts import Button, Column, Empty, choice_filter
from rongshu.console.lists import ListPage
from rongshu.console.menu import may_anywhere
from rongshu.console.pages import Crumb, render_page
from rongshu.foundation.errors import Refusal
from rongshu.foundation.guards import get_one
from rongshu.search.actions.keep_vocabulary import (
    checked_entry,
    keep_vocabulary_entry,
    remove_vocabulary_entry,
)
from rongshu.search.models import VocabularyEntry
from rongshu.search.queries.managed import history_of, managed_entries, manages_all_sites
from rongshu.search.queries.reports import managed_sites
from rongshu.search.web.console.effects import Effect, effect_of_words
from rongshu.sites.models import Site

CRUMBS = (Crumb("检索词汇", "search-words"),)

WORDS = ListPage[VocabularyEntry](
    code="search-words",
    title="检索词汇",
    lead="自带的同义词、简称之外的词语，保存后立即在检索中生效，不必重建索引。",
    rows=managed_entries,
    order="-changed_at",
    columns=(
        Column("words", "词语", lambda one: "、".join(one.words)),
        Column("leads_to", "扩展为", lambda one: "、".join(one.leads_to) or "—"),
        Column("kind", "类别", lambda one: one.get_kind_display(), is_narrow=True),
        Column("site", "站点", lambda one: one.site.name if one.site else "全部站点"),
        Column("person", "修改人", lambda one: one.person.name, is_narrow=True),
        Column("changed_at", "修改时间", lambda one: one.changed_at, order="changed_at", is_narrow=True),
    ),
    filters=(choice_filter("kind", "类别", VocabularyEntry.Kind.choices),),
    open_url=lambda one: reverse("search-word", args=[one.pk]),
    buttons=(Button("新增词语", "search-new-word", "plus", is_primary=True),),
    empty=Empty("还没有增加词语", "从“检索分析”的无结果检索词里，常能找到该补的同义词。", "language"),
)


class SiteChoiceForm(ConsoleForm):
    """A form of something that is one site's, or of all sites."""

    site: forms.ModelChoiceField[Site] = forms.ModelChoiceField(
        label="站点", queryset=Site.objects.none(), required=False, empty_label="全部站点"
    )

    def __init__(self, viewer: Viewer, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["site"]
            return
        chosen = self.fields["site"]
        chosen.queryset = managed_sites(viewer)  # type: ignore[attr-defined]
        chosen.required = not manages_all_sites(viewer)


class WordForm(SiteChoiceForm):
    """Words, and a query to try them with."""

    kind = forms.ChoiceField(
        label="类别", choices=VocabularyEntry.Kind.choices,
        help_text="同义词：任一词都找到其他词；单向扩展：搜前者也找到后者；停用词：检索时忽略",
    )  # fmt: skip
    words = forms.CharField(label="词语", max_length=700, help_text="用空格分开，如：公积金 住房公积金")
    leads_to = forms.CharField(label="扩展为", max_length=700, required=False, help_text="只用于单向扩展")
    note = forms.CharField(label="说明", max_length=200, required=False)
    tried = forms.CharField(
        label="试查",
        max_length=60,
        required=False,
        help_text="填一个检索词，按“试看效果”比较保存前后的前五条",
    )


@require_safe
def list_words(request: StaffRequest) -> HttpResponseBase:
    """List what the person may change."""
    require(may_anywhere(request.viewer, "search.manage"))
    return WORDS.answer(request)


def add_word(request: StaffRequest) -> HttpResponse:
    """Add an entry."""
    require(may_anywhere(request.viewer, "search.manage"))
    form = WordForm(request.viewer, request.POST or None, is_new=True)
    return _answer(request, form, None)


def change_word(request: StaffRequest, entry_id: UUID) -> HttpResponse:
    """Change an entry; its history stands below."""
    entry = get_one(managed_entries(request.viewer), pk=entry_id)
    initial = {
        "kind": entry.kind, "words": " ".join(entry.words), "leads_to": " ".join(entry.leads_to),
        "note": entry.note,
    }  # fmt: skip
    form = WordForm(request.viewer, request.POST or None, initial=initial, is_new=False)
    return _answer(request, form, entry)


@require_POST
def remove_word(request: StaffRequest, entry_id: UUID) -> HttpResponse:
    """Remove an entry, after asking once."""
    entry = get_one(managed_entries(request.viewer), pk=entry_id)
    asked = ask_first(
        request, question=f"删除“{'、'.join(entry.words)}”？", consequences=("检索立即不再使用",),
        button="删除词语", back_url=reverse("search-word", args=[entry.pk]), crumbs=CRUMBS,
    )  # fmt: skip
    if asked is not None:
        return asked
    remove_vocabulary_entry(actor=request.person, entry=entry)
    messages.success(request, "已删除。")
    return HttpResponseRedirect(reverse("search-words"))


def _answer(request: StaffRequest, form: WordForm, entry: VocabularyEntry | None) -> HttpResponse:
    def act(filled: WordForm) -> str:
        keep_vocabulary_entry(
            actor=request.person, entry=entry, note=filled.cleaned_data["note"], **_given(filled)
        )
        return "已保存，立即生效。"

    title, back = "词语" if entry else "新增词语", reverse("search-words")
    shown: dict[str, Any] = {"entry": entry, "history": history_of(entry) if entry else []}
    if "try" not in request.POST:
        return answer_form(
            request, form, act, title=title, button="保存词语", done_url=back, back_url=back, crumbs=CRUMBS,
            template="search/word.html", context=shown,
        )  # fmt: skip
    effect = _effect(form, entry) if form.is_valid() else None
    shown |= {"form": form, "title": title, "button": "保存词语", "back_url": back, "effect": effect}
    return render_page(request, "search/word.html", shown, crumbs=CRUMBS, status=422 if form.errors else 200)


def _given(form: WordForm) -> dict[str, Any]:
    given = form.cleaned_data
    return {
        "kind": given["kind"], "words": given["words"].split(), "leads_to": given["leads_to"].split(),
        "site": given.get("site"),
    }  # fmt: skip


def _effect(form: WordForm, entry: VocabularyEntry | None) -> Effect | None:
    """What the words would do to the query that is tried."""
    text = form.cleaned_data["tried"] or (form.cleaned_data["words"].split() or [""])[0]
    site = entry.site if entry else form.cleaned_data.get("site")
    try:
        tried = checked_entry(**_given(form))
    except Refusal as error:
        refuse(form, error)
        return None
    return effect_of_words(text, site, tried, entry)
