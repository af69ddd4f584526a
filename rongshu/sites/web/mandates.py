"""Mandates: what comes to a site from one source is approved beforehand, for a time, until it is revoked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.confirming import ask_first
from rongshu.console.forms import ConsoleForm, answer_form
from rongshu.console.list_parts import Column, Empty, Search, State, choice_filter
from rongshu.console.lists import ListPage
from rongshu.console.menu import may_anywhere
from rongshu.console.my_day import PanelItem, PanelItems
from rongshu.console.pages import Crumb, render_page
from rongshu.console.working_place import SITE, at_site
from rongshu.foundation import clock
from rongshu.library.actions.mandates import give_mandate, revoke_mandate, sign_mandate
from rongshu.library.models import Mandate
from rongshu.library.queries.approvals import mandates_to_sign, may_give_mandates, may_sign_mandates
from rongshu.sites.models import Site
from rongshu.sites.queries.mandates import (
    get_mandate_for,
    is_in_force,
    is_waiting,
    mandates_for,
    persons_who_may_sign,
    route_of_batches,
)
from rongshu.sites.queries.sites import get_site_for
from rongshu.sites.web.forms import ReasonForm
from rongshu.sites.web.site_pages import site_context

CAPABILITIES = ("site.manage", "intake.run", "placement.approve", "resource.approve", "review.first",
                "review.second", "review.final")  # fmt: skip
CRUMBS = (Crumb("委托审批", "mandates"),)
_DAY = forms.DateInput({"type": "date"}, "%Y-%m-%d")
_MOST_LEVELS, _OFFERED_LEVELS = 9, 3


def state_of(mandate: Mandate) -> State:
    """Return where a mandate stands, as a list shows it."""
    if mandate.revoked_at is not None:
        return State("已撤销", "quiet")
    if mandate.ends_on < clock.today():
        return State("已到期", "quiet")
    if is_waiting(mandate):
        return State("待签署", "warning")
    return State("有效", "well") if is_in_force(mandate) else State("未到开始日期", "info")


def _signers(mandate: Mandate) -> str:
    signers = sorted(mandate.signers.all(), key=lambda one: one.level)
    return "、".join(f"{one.person.name}{'' if one.signed_at else '（未签）'}" for one in signers)


def _of_state(rows: QuerySet[Mandate], value: str) -> QuerySet[Mandate]:
    today = clock.today()
    open_rows = rows.filter(revoked_at__isnull=True, ends_on__gte=today)
    return open_rows if value == "open" else rows.exclude(pk__in=open_rows.values("pk"))


MANDATES: ListPage[Mandate] = ListPage(
    code="mandates",
    title="委托审批",
    lead="各级审核人事先签署：在期限内，由一个来源采集或接收到一个站点的内容整批通过，不再逐批签发；"
    "有严重检查结果的仍逐篇扣留。在站点的“委托审批”中给出。",
    rows=mandates_for,
    order="-created_at",
    columns=(
        Column("source", "来源", lambda one: one.source),
        Column("site", "站点", lambda one: getattr(one, "site_name", "") or "（已不存在）"),
        Column("state", "状态", state_of, is_narrow=True),
        Column("starts", "自", lambda one: one.starts_on, order="starts_on", is_narrow=True),
        Column("ends", "至", lambda one: one.ends_on, order="ends_on", is_narrow=True),
        Column("signers", "各级审核人", _signers),
        Column("reason", "依据", lambda one: one.reason, is_shown=False),
    ),
    filters=(choice_filter("state", "状态", [("open", "未到期"), ("ended", "已结束")], apply=_of_state),),
    search=Search(("source", "reason"), "来源、依据"),
    open_url=lambda one: reverse("mandate", args=[one.pk]),
    narrow={SITE: at_site("target_site_id")},
    empty=Empty("还没有委托审批", "没有委托的批次，入库后由各级审核人逐级签发。", "signature"),
)
SITE_MANDATES: ListPage[Mandate] = ListPage(
    code="site-mandates", title="委托审批", rows=mandates_for, order="-created_at",
    columns=[one for one in MANDATES.columns if one.code != "site"],
    open_url=MANDATES.open_url, empty=MANDATES.empty, template="sites/mandates.html",
)  # fmt: skip


class MandateForm(ConsoleForm):
    """Source, period and reason; one signer for each level of the route."""

    source = forms.CharField(
        label="来源", max_length=300, help_text="与采集、接收任务的来源一致，例如 https://old.example.gov.cn/"
    )
    starts_on = forms.DateField(label="自", widget=_DAY, initial=clock.today)
    ends_on = forms.DateField(label="至", widget=_DAY, help_text="含当日；到期自动失效")
    reason = forms.CharField(label="依据", max_length=300, help_text="批准委托的文件名称和文号")

    def __init__(self, *args: Any, people: list[Person], levels: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {str(one.pk): one for one in people}
        choices = [("", "（请选择）"), *((key, one.name) for key, one in self._people.items())]
        for level in range(1, min(max(levels, _OFFERED_LEVELS), _MOST_LEVELS) + 1):
            self.fields[_field(level)] = forms.ChoiceField(
                label=f"第 {level} 级审核人", choices=choices, required=level <= levels,
                widget=forms.Select({"class": "form-select"}),
            )  # fmt: skip

    @property
    def signers(self) -> list[Person]:
        """Who was chosen, in the order of the levels."""
        names = [name for name in self.fields if name.startswith("signer_")]
        return [self._people[self.cleaned_data[name]] for name in names if self.cleaned_data[name]]


def _field(level: int) -> str:
    return f"signer_{level}"


@require_safe
def list_mandates(request: StaffRequest) -> HttpResponseBase:
    """List the mandates for the viewer's sites, and those that name him."""
    require(any(may_anywhere(request.viewer, one) for one in CAPABILITIES))
    return MANDATES.answer(request)


@require_safe
def list_of_site(request: StaffRequest, slug: str) -> HttpResponseBase:
    """List the mandates for one site."""
    site = _site(request, slug)
    rows = mandates_for(request.viewer).filter(target_site_id=site.pk)
    return SITE_MANDATES.answer(request, rows=rows, context=site_context(request, site, "site-mandates"))


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: StaffRequest, slug: str) -> HttpResponse:
    """Give a mandate; each of its signers then signs for himself."""
    site = _site(request, slug)
    route, made = route_of_batches(site), list[Mandate]()

    def act(form: MandateForm) -> str:
        given = {name: form.cleaned_data[name] for name in ("source", "starts_on", "ends_on", "reason")}
        made.append(
            give_mandate(
                actor=request.person, target_site_id=site.pk, sponsor_id=site.sponsor_id,
                signers=form.signers, is_signed=False, **given,
            )
        )  # fmt: skip
        return "委托已登记，各级审核人签署后生效。"

    form = MandateForm(
        request.POST if request.method == "POST" else None,
        people=persons_who_may_sign(site), levels=route.levels,
    )  # fmt: skip
    return answer_form(
        request, form, act, title=f"给出委托审批：{site.name}", button="登记委托",
        done_url=lambda: reverse("mandate", args=[made[0].pk]),
        back_url=reverse("site-mandates", args=[slug]), crumbs=CRUMBS,
        lead=f"成批入库的内容按“{route.name}”审批，须有 {route.levels} 级审核人，各级不能是同一人。"
        "登记后由他们各自签署。",
    )  # fmt: skip


@require_safe
def show(request: StaffRequest, mandate_id: UUID) -> HttpResponse:
    """Show a mandate: what it covers, and who has signed."""
    mandate = get_mandate_for(request.viewer, mandate_id)
    context = {
        "mandate": mandate,
        "state": state_of(mandate),
        "signers": sorted(mandate.signers.all(), key=lambda one: one.level),
        "batches": mandate.batches.count(),
        "may_sign": is_waiting(mandate) and _signs(request.viewer, mandate),
        "may_revoke": mandate.revoked_at is None and _may_revoke(request.viewer, mandate),
    }
    return render_page(request, "sites/mandate.html", context, crumbs=CRUMBS)


@require_POST
def sign(request: StaffRequest, mandate_id: UUID) -> HttpResponse:
    """Sign one's own level, once the person has read what it means."""
    mandate = get_mandate_for(request.viewer, mandate_id)
    page = reverse("mandate", args=[mandate.pk])
    asked = ask_first(
        request,
        question="签署这项委托？",
        consequences=[
            f"自 {mandate.starts_on} 至 {mandate.ends_on}，来自“{mandate.source}”的内容整批通过。",
            "不再逐批请您签发；有严重检查结果的内容仍逐篇扣留。",
            "您可以随时撤销；撤销前已通过的不受影响。",
        ],
        button="签署委托",
        back_url=page,
        crumbs=CRUMBS,
    )
    if asked is not None:
        return asked
    signed = sign_mandate(actor=request.person, mandate=mandate)
    messages.success(request, "已签署，还有审核人未签。" if is_waiting(signed) else "已签署，各级均已签署。")
    return HttpResponseRedirect(page)


@require_POST
def revoke(request: StaffRequest, mandate_id: UUID) -> HttpResponse:
    """End a mandate at once, with a reason."""
    mandate = get_mandate_for(request.viewer, mandate_id)
    page = reverse("mandate", args=[mandate.pk])
    form = ReasonForm(request.POST if request.POST.get("confirmed") else None)
    asked = ask_first(
        request,
        question="撤销这项委托？",
        consequences=["立即失效；此后的批次由各级审核人逐级签发。", "已经通过的内容不受影响。"],
        button="撤销委托",
        form=form,
        back_url=page,
        crumbs=CRUMBS,
    )
    if asked is not None:
        return asked
    revoke_mandate(
        actor=request.person, mandate=mandate, reason=form.cleaned_data["reason"],
        sponsor_id=_sponsor_id(mandate),
    )  # fmt: skip
    messages.success(request, "委托已撤销。")
    return HttpResponseRedirect(page)


def count_to_sign(viewer: Viewer) -> int:
    """Return how many mandates wait for the viewer's signature."""
    return mandates_to_sign(viewer.person_id).count() if viewer.person_id else 0


def panel_items(viewer: Viewer) -> PanelItems | None:
    """Return the mandates that wait for the viewer's signature."""
    rows = mandates_to_sign(viewer.person_id) if viewer.person_id else Mandate.objects.none()
    shown = [
        PanelItem(one.source, reverse("mandate", args=[one.pk]), f"至 {one.ends_on}", one.created_at)
        for one in rows[:8]
    ]
    return PanelItems(shown, len(shown), reverse("mandates")) if shown else None


def _site(request: StaffRequest, slug: str) -> Site:
    site = get_site_for(request.viewer, slug)
    require(may_give_mandates(request.viewer, site.pk, site.sponsor_id))
    return site


def _signs(viewer: Viewer, mandate: Mandate) -> bool:
    own = (one for one in mandate.signers.all() if one.person_id == viewer.person_id)
    return any(one.signed_at is None for one in own) and may_sign_mandates(viewer, mandate.target_site_id)


def _may_revoke(viewer: Viewer, mandate: Mandate) -> bool:
    is_signer = any(one.person_id == viewer.person_id for one in mandate.signers.all())
    return is_signer or may_give_mandates(viewer, mandate.target_site_id, _sponsor_id(mandate))


def _sponsor_id(mandate: Mandate) -> UUID | None:
    sponsors = Site.objects.filter(pk=mandate.target_site_id)
    return sponsors.values_list("sponsor_id", flat=True).first()
