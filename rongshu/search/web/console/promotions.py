"""检索推荐: what stands first for a query, or never."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.confirming import ask_first
from rongshu.console.forms import answer_form, refuse
from rongshu.console.list_parts import Button, Column, Empty, choice_filter
from rongshu.console.lists import ListPage
from rongshu.console.menu import may_anywhere
from rongshu.console.pages import Crumb, render_page
from rongshu.foundation.errors import Refusal
from rongshu.foundation.guards import get_one
from rongshu.search.actions.keep_promotions import (
    PromotionWish,
    checked_promotion,
    keep_promotion,
    remove_promotion,
)
from rongshu.search.models import Promotion
from rongshu.search.queries.managed import document_named, history_of, managed_promotions
from rongshu.search.web.console.effects import Effect, effect_of_promotion
from rongshu.search.web.console.words import SiteChoiceForm

CRUMBS = (Crumb("检索推荐", "search-promotions"),)

PROMOTIONS = ListPage[Promotion](
    code="search-promotions",
    title="检索推荐",
    lead="为指定的检索词推荐页面、置顶结果，或把一条信息从检索中屏蔽（网页本身不受影响）。",
    rows=managed_promotions,
    order="-changed_at",
    columns=(
        Column("queries", "检索词", lambda one: "、".join(one.queries) or "全部"),
        Column("what", "内容", lambda one: one.title or one.document),
        Column("kind", "类别", lambda one: one.get_kind_display(), is_narrow=True),
        Column("site", "站点", lambda one: one.site.name if one.site else "全部站点"),
        Column("until", "期限", lambda one: _period(one)),  # noqa: PLW0108 - defined below
        Column("changed_at", "修改时间", lambda one: one.changed_at, order="changed_at", is_narrow=True),
    ),
    filters=(choice_filter("kind", "类别", Promotion.Kind.choices),),
    open_url=lambda one: reverse("search-promotion", args=[one.pk]),
    buttons=(Button("新增推荐", "search-new-promotion", "plus", is_primary=True),),
    empty=Empty("还没有推荐", "人们常搜的事项，可以为它推荐办理页面。", "star"),
)


class PromotionForm(SiteChoiceForm):
    """What is promoted, for which queries, how long."""

    kind = forms.ChoiceField(label="类别", choices=Promotion.Kind.choices)
    queries = forms.CharField(
        label="检索词", required=False, max_length=3000, widget=forms.Textarea({"rows": 3}),
        help_text="每行一个，与读者输入的整个检索词相同才生效；屏蔽时留空表示对全部检索生效",
    )  # fmt: skip
    title = forms.CharField(label="标题", max_length=200, required=False, help_text="推荐时填写")
    url = forms.CharField(
        label="链接", max_length=500, required=False, help_text="推荐时填写，https:// 或 / 开头"
    )
    text = forms.CharField(label="摘要", max_length=300, required=False)
    document = forms.CharField(
        label="信息的网址", max_length=500, required=False,
        help_text="置顶、屏蔽时填写，粘贴信息页的网址，如 /a/2024/05/….html",
    )  # fmt: skip
    begins_on = forms.DateField(
        label="开始日期", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label="结束日期", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    note = forms.CharField(label="说明", max_length=200, required=False)
    tried = forms.CharField(
        label="试查", max_length=60, required=False,
        help_text="按“试看效果”比较保存前后的前五条，不计期限；不填时用第一个检索词",
    )  # fmt: skip

    def clean_document(self) -> str:
        """Return the document that the address leads to."""
        given = self.cleaned_data["document"]
        found = document_named(given)
        if given and not found:
            raise forms.ValidationError("这个网址没有对应的信息，请从信息页的地址栏复制。")
        return found

    def wish(self) -> PromotionWish:
        """Return what the editor wants."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in {"site", "tried"}}
        return PromotionWish(**{**given, "queries": given["queries"].splitlines()})


@require_safe
def list_promotions(request: StaffRequest) -> HttpResponseBase:
    """List what the person may change."""
    require(may_anywhere(request.viewer, "search.manage"))
    return PROMOTIONS.answer(request)


def add_promotion(request: StaffRequest) -> HttpResponse:
    """Add a promotion."""
    require(may_anywhere(request.viewer, "search.manage"))
    return _answer(request, PromotionForm(request.viewer, request.POST or None, is_new=True), None)


def change_promotion(request: StaffRequest, promotion_id: UUID) -> HttpResponse:
    """Change a promotion; its history stands below."""
    promotion = get_one(managed_promotions(request.viewer), pk=promotion_id)
    names = ("kind", "title", "url", "text", "document", "begins_on", "ends_on", "note")
    initial: dict[str, Any] = {name: getattr(promotion, name) for name in names}
    initial["queries"] = "\n".join(promotion.queries)
    form = PromotionForm(request.viewer, request.POST or None, initial=initial, is_new=False)
    return _answer(request, form, promotion)


@require_POST
def remove(request: StaffRequest, promotion_id: UUID) -> HttpResponse:
    """Remove a promotion, after asking once."""
    promotion = get_one(managed_promotions(request.viewer), pk=promotion_id)
    asked = ask_first(
        request, question=f"删除“{promotion}”？", consequences=("检索立即恢复原来的次序",),
        button="删除推荐", back_url=reverse("search-promotion", args=[promotion.pk]), crumbs=CRUMBS,
    )  # fmt: skip
    if asked is not None:
        return asked
    remove_promotion(actor=request.person, promotion=promotion)
    messages.success(request, "已删除。")
    return HttpResponseRedirect(reverse("search-promotions"))


def _answer(request: StaffRequest, form: PromotionForm, promotion: Promotion | None) -> HttpResponse:
    def act(filled: PromotionForm) -> str:
        keep_promotion(
            actor=request.person,
            wish=filled.wish(),
            site=filled.cleaned_data.get("site"),
            promotion=promotion,
        )
        return "已保存，立即生效。"

    title, back = "推荐" if promotion else "新增推荐", reverse("search-promotions")
    shown: dict[str, Any] = {
        "promotion": promotion, "history": history_of(promotion) if promotion else [],
    }  # fmt: skip
    if "try" not in request.POST:
        return answer_form(
            request, form, act, title=title, button="保存推荐", done_url=back, back_url=back, crumbs=CRUMBS,
            template="search/promotion.html", context=shown,
        )  # fmt: skip
    effect = _effect(form, promotion) if form.is_valid() else None
    shown |= {"form": form, "title": title, "button": "保存推荐", "back_url": back, "effect": effect}
    status = 422 if form.errors else 200
    return render_page(request, "search/promotion.html", shown, crumbs=CRUMBS, status=status)


def _effect(form: PromotionForm, promotion: Promotion | None) -> Effect | None:
    """What the promotion would do to the query that is tried."""
    site = promotion.site if promotion else form.cleaned_data.get("site")
    try:
        tried = checked_promotion(form.wish(), site)
    except Refusal as error:
        refuse(form, error)
        return None
    text = form.cleaned_data["tried"] or next(iter(tried.queries), "")
    if not text:
        form.add_error("tried", "请填一个检索词来试看：这条屏蔽对全部检索生效。")
        return None
    return effect_of_promotion(text, site, tried, promotion)


def _period(one: Promotion) -> str:
    if not one.begins_on and not one.ends_on:
        return "长期"
    return f"{one.begins_on or ''}至{one.ends_on or ''}"
