"""Partners: how each of them stands, what it may have, where its records go, and what can be done now."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.confirming import ask_first
from rongshu.console.forms import F, answer_form
from rongshu.console.list_parts import Column, Empty, Search, choice_filter
from rongshu.console.lists import ListPage
from rongshu.federation.actions.agree_categories import agree_categories
from rongshu.federation.actions.route_partner import add_route, remove_route
from rongshu.federation.actions.steer_partner import (
    SETTINGS,
    ask_at_once,
    change_partner,
    compare_at_once,
    pause_partner,
    resume_partner,
)
from rongshu.federation.models import Partner, PartnerCategory, Quarantined
from rongshu.federation.queries.alarms import alarms_for
from rongshu.federation.queries.keys import keys_of
from rongshu.federation.queries.partners import get_partner_for, partners_for
from rongshu.federation.queries.traffic import (
    lately_with,
    messages_for,
    quarantined_for,
    receipts_for,
    titles_of,
)
from rongshu.federation.queries.uses import names_of_nodes
from rongshu.federation.web.forms import (
    CategoriesForm,
    PartnerForm,
    ReasonForm,
    RouteForm,
    category_names,
    column_named,
)
from rongshu.federation.web.parts import CRUMBS, answer_list, require_managing, show, size_of, state_of

PARTNERS = ListPage[Partner](
    code="federation-partners",
    title="资源联通",
    lead="与本节点互相提供信息资源的节点。登记新节点：rongshu federation add。",
    rows=partners_for,
    order="name",
    columns=(
        Column("name", "节点", lambda one: one.name, order="name"),
        Column("relation", "关系", lambda one: one.get_relation_display(), is_narrow=True),
        Column("state", "状态", state_of, is_narrow=True),
        Column("lag", "待获取", lambda one: one.lag, is_number=True),
        Column("contact", "最近联系", lambda one: one.last_contact_at, is_narrow=True),
        Column("change", "最近变更", lambda one: one.last_change_at, is_narrow=True),
        Column("failures", "连续失败", lambda one: one.failures, is_number=True),
        Column("error", "最近错误", lambda one: one.error or "", is_shown=False),
        Column("url", "网址", lambda one: one.base_url, is_shown=False),
        Column("role", "角色", lambda one: one.get_role_display(), is_shown=False),
    ),
    filters=(
        choice_filter("state", "状态", Partner.State.choices),
        choice_filter("relation", "关系", Partner.Relation.choices),
    ),
    search=Search(("name", "base_url"), "按名称或网址查找"),
    open_url=lambda one: reverse("federation-partner", args=[one.pk]),
    empty=Empty(
        "还没有联通的节点", "用 rongshu federation add 登记第一个节点，并核对它的密钥指纹。", "world"
    ),
    template="federation/partners.html",
)


@require_safe
def list_partners(request: StaffRequest) -> HttpResponseBase:
    """List the partners below what is to be seen to."""
    require_managing(request)
    return answer_list(request, PARTNERS, "federation-partners", {"alarms": alarms_for(request.viewer)})


@require_safe
def show_partner(request: StaffRequest, partner_id: UUID) -> HttpResponse:
    """Show how a partner stands."""
    partner = get_partner_for(request.viewer, partner_id)
    names = category_names()
    lately = lately_with(request.viewer, partner)
    receipts = list(receipts_for(request.viewer).filter(partner=partner).order_by("-at", "-pk")[:8])
    nodes, titles = names_of_nodes(), titles_of(request.viewer, (one.resource_id for one in receipts))
    shown = {
        "lately": lately,
        "sizes": (size_of(lately.bytes_in), size_of(lately.bytes_out)),
        "partner": partner,
        "state": state_of(partner),
        "alarms": [one for one in alarms_for(request.viewer) if one.partner == partner],
        "keys": keys_of(partner.pk),
        "given": _categories(partner, PartnerCategory.Direction.GIVEN, names),
        "wanted": _categories(partner, PartnerCategory.Direction.WANTED, names),
        "routes": [
            (route, names.get(route.category, route.category))
            for route in partner.routes.select_related("column__site").order_by("category", "pk")
        ],
        "messages_sent": messages_for(request.viewer).filter(partner=partner).order_by("-at", "-pk")[:8],
        "receipts": [
            (one, nodes.get(one.node, str(one.node)), titles.get(one.resource_id)) for one in receipts
        ],
        "quarantined": quarantined_for(request.viewer)
        .filter(partner=partner, state=Quarantined.State.WAITING)
        .count(),
    }
    return show(request, "partner", shown, tab="federation-partners")


def change(request: StaffRequest, partner_id: UUID) -> HttpResponse:
    """Change how it is exchanged with."""
    partner = get_partner_for(request.viewer, partner_id)
    initial = {name: getattr(partner, name) for name in SETTINGS}
    form = PartnerForm(request.POST or None, initial=initial)

    def act(filled: PartnerForm) -> str:
        change_partner(actor=request.person, partner=partner, settings=filled.cleaned_data)
        return "已保存。"

    return _form(request, partner, form, act, title="联通设置", button="保存设置")


def agree(request: StaffRequest, partner_id: UUID, direction: str) -> HttpResponse:
    """Choose the categories of one direction."""
    partner = get_partner_for(request.viewer, partner_id)
    chosen = partner.categories.filter(direction=direction).values_list("category", flat=True)
    form = CategoriesForm(request.POST or None, initial={"categories": list(chosen)})

    def act(filled: CategoriesForm) -> str:
        wanted = filled.cleaned_data["categories"]
        agree_categories(actor=request.person, partner=partner, direction=direction, categories=wanted)
        return "已保存，从下一次请求起生效。"

    title = "授权给它的类别" if direction == PartnerCategory.Direction.GIVEN else "从它获取的类别"
    return _form(request, partner, form, act, title=title, button="保存类别")


def route(request: StaffRequest, partner_id: UUID) -> HttpResponse:
    """Let its records come into a column."""
    partner = get_partner_for(request.viewer, partner_id)
    form = RouteForm(request.POST or None)

    def act(filled: RouteForm) -> str:
        column = column_named(request.viewer, filled.cleaned_data["column"])
        add_route(
            actor=request.person, partner=partner, category=filled.cleaned_data["category"], column=column
        )
        return f"此后这类资源进入“{column.name}”。"

    return _form(request, partner, form, act, title="添加去向", button="添加去向")


@require_POST
def unroute(request: StaffRequest, partner_id: UUID, route_id: UUID) -> HttpResponse:
    """Let nothing more come into a column."""
    partner = get_partner_for(request.viewer, partner_id)
    remove_route(actor=request.person, partner=partner, route_id=route_id)
    return _back(request, partner, "已取消这个去向，已在栏目中的不受影响。")


@require_POST
def pause(request: StaffRequest, partner_id: UUID) -> HttpResponse:
    """Pause the exchange, with a reason."""
    partner = get_partner_for(request.viewer, partner_id)
    form = ReasonForm(request.POST)
    asked = ask_first(
        request,
        question=f"暂停与“{partner.name}”的联通？",
        consequences=("不再从它获取，也不再向它提供", "期间的变更不会丢失，恢复后从停下的地方继续"),
        button="暂停联通",
        form=form,
        back_url=reverse("federation-partner", args=[partner.pk]),
        crumbs=CRUMBS,
    )
    if asked is not None:
        return asked
    pause_partner(actor=request.person, partner=partner, reason=form.cleaned_data["reason"])
    return _back(request, partner, "已暂停。")


@require_POST
def resume(request: StaffRequest, partner_id: UUID) -> HttpResponse:
    """Go on."""
    partner = get_partner_for(request.viewer, partner_id)
    resume_partner(actor=request.person, partner=partner)
    return _back(request, partner, "已恢复，正从停下的地方继续。")


@require_POST
def ask_now(request: StaffRequest, partner_id: UUID) -> HttpResponse:
    """Ask it for what is new."""
    partner = get_partner_for(request.viewer, partner_id)
    ask_at_once(actor=request.person, partner=partner)
    return _back(request, partner, "已安排立即获取，稍后刷新查看。")


@require_POST
def compare_now(request: StaffRequest, partner_id: UUID) -> HttpResponse:
    """Compare with its manifest."""
    partner = get_partner_for(request.viewer, partner_id)
    compare_at_once(actor=request.person, partner=partner)
    return _back(request, partner, "已安排按清单核对，结果见消息记录。")


def _categories(partner: Partner, direction: str, names: dict[str, str]) -> list[str]:
    rows = partner.categories.filter(direction=direction).order_by("category")
    return [names.get(one, one) for one in rows.values_list("category", flat=True)]


def _form(
    request: StaffRequest,
    partner: Partner,
    form: F,
    act: Callable[[F], str],
    *,
    title: str,
    button: str,
) -> HttpResponse:
    back = reverse("federation-partner", args=[partner.pk])
    return answer_form(
        request, form, act, title=f"{partner.name}：{title}", button=button, done_url=back, back_url=back,
        crumbs=CRUMBS,
    )  # fmt: skip


def _back(request: StaffRequest, partner: Partner, said: str) -> HttpResponse:
    messages.success(request, said)
    return HttpResponseRedirect(reverse("federation-partner", args=[partner.pk]))
