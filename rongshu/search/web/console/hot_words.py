"""热词: which words a site shows under its search box, and which it never shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.forms import ConsoleForm, answer_form
from rongshu.console.list_parts import Column, Empty, Search
from rongshu.console.lists import ListPage
from rongshu.console.menu import may_anywhere
from rongshu.console.pages import Crumb
from rongshu.search.actions.arrange_hot_words import MOST_PLACED, arrange_hot_words
from rongshu.search.permissions import may_arrange_hot_words
from rongshu.search.queries.hot_words import placed_words, read_hot_words, read_hot_words_of
from rongshu.search.queries.reports import managed_sites
from rongshu.sites.models import Site
from rongshu.sites.queries.sites import get_site_for

CRUMBS = (Crumb("热词", "search-hot-words"),)


def _with_words(sites: Sequence[Site]) -> None:
    """Read the words of all the sites of a page together."""
    words = read_hot_words_of([one.pk for one in sites])
    for one in sites:
        setattr(one, "words_now", words[one.pk])  # noqa: B010 - no field of a site


SITES = ListPage[Site](
    code="search-hot-words",
    title="热词",
    lead="搜索框下的热词先显示人工设置的，再按近七天的检索次数补足；少于五次的检索词从不显示。",
    rows=managed_sites,
    order="name",
    columns=(
        Column("name", "站点", lambda one: one.name, order="name"),
        Column("words", "现在显示", lambda one: "、".join(getattr(one, "words_now", ())) or "—"),
    ),
    complete=_with_words,
    search=Search(("name", "slug"), "按站点名称查找"),
    open_url=lambda one: reverse("search-hot-words-of", args=[one.slug]),
    empty=Empty(
        "没有可以设置热词的站点", "持有“管理检索的词汇、热词、推荐和接口密钥”权限的站点会列在这里。", "search"
    ),
)


class HotWordsForm(ConsoleForm):
    """One word a line."""

    shown = forms.CharField(
        label="人工设置的热词", required=False, max_length=600, widget=forms.Textarea({"rows": 8}),
        help_text=f"每行一个，最多 {MOST_PLACED} 个，按顺序排在最前",
    )  # fmt: skip
    hidden = forms.CharField(
        label="不展示的词", required=False, max_length=20_000, widget=forms.Textarea({"rows": 6}),
        help_text="每行一个；即使检索次数多也不作为热词或搜索建议出现",
    )  # fmt: skip


@require_safe
def list_sites(request: StaffRequest) -> HttpResponseBase:
    """List the sites whose hot words the person arranges."""
    require(may_anywhere(request.viewer, "search.manage"))
    return SITES.answer(request)


def arrange(request: StaffRequest, slug: str) -> HttpResponse:
    """Arrange the hot words of a site."""
    site = get_site_for(request.viewer, slug)
    require(may_arrange_hot_words(request.viewer, site))
    form = HotWordsForm(request.POST or None, initial=_initial(site))

    def act(filled: HotWordsForm) -> str:
        given = filled.cleaned_data
        arrange_hot_words(
            actor=request.person,
            site=site,
            shown=given["shown"].splitlines(),
            hidden=given["hidden"].splitlines(),
        )
        return "已保存，一分钟内在网站上生效。"

    now = "、".join(read_hot_words(site.pk)) or "暂无"
    return answer_form(
        request, form, act, title=f"{site.name}的热词", button="保存热词", lead=f"现在显示：{now}",
        done_url=reverse("search-hot-words-of", args=[site.slug]), back_url=reverse("search-hot-words"),
        crumbs=CRUMBS,
    )  # fmt: skip


def _initial(site: Site) -> dict[str, Any]:
    words = placed_words(site.pk)
    return {
        "shown": "\n".join(one.text for one in words if not one.is_hidden),
        "hidden": "\n".join(one.text for one in words if one.is_hidden),
    }
