"""Taking a site one step on in its life; every step is asked for, guarded and put on record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.forms import ConsoleForm, answer_form
from rongshu.foundation.audit import Actor
from rongshu.foundation.errors import NotFound
from rongshu.sites.actions.change_status import approve_opening, bring_online, open_site, take_offline
from rongshu.sites.actions.close_site import announce_closing, close_site, revoke_closing
from rongshu.sites.actions.create_site import change_site
from rongshu.sites.life_cycle import STEPS
from rongshu.sites.models import Site
from rongshu.sites.permissions import may_manage_site
from rongshu.sites.queries.sites import get_site_for
from rongshu.sites.web.forms import ClosingForm, DocumentForm, OfflineForm, ReasonForm
from rongshu.sites.web.site_pages import CRUMBS

Deed = Callable[[Actor, Site, ConsoleForm], object]


@dataclass(frozen=True)
class StepPage:
    """How a step is asked for: its form, its button, what is said when it is done."""

    form: type[ConsoleForm]
    deed: Deed
    title: str
    button: str
    said: str
    lead: str = ""


def _approve(actor: Actor, site: Site, form: ConsoleForm) -> None:
    document = form.cleaned_data["document"]
    if document and document != site.approval_document:
        site = change_site(actor=actor, site=site, approval_document=document)
    approve_opening(actor=actor, site=site, document=document)


_PAGES: Final[dict[str, StepPage]] = {
    "approve-opening": StepPage(
        DocumentForm,
        _approve,
        "批准开办",
        "批准开办",
        "已批准开办；信息齐全后即可上线。",
        "须有开办批准文件；已在站点信息中填写的，这里可以留空。",
    ),
    "open": StepPage(
        ConsoleForm,
        lambda actor, site, form: open_site(actor=actor, site=site),
        "上线",
        "上线，对公众开放",
        "站点已上线，页面正在生成。",
        "上线后公众即可访问。备案、标识、标识码、安全检测等信息须齐全。",
    ),
    "take-offline": StepPage(
        OfflineForm,
        lambda actor, site, form: take_offline(actor=actor, site=site, **form.cleaned_data),
        "临时下线",
        "临时下线",
        "站点已临时下线，访问者看到的是公告。",
        "全站改为显示公告；每年至多一次，最长 30 天，到时自动恢复。",
    ),
    "bring-online": StepPage(
        ConsoleForm,
        lambda actor, site, form: bring_online(actor=actor, site=site),
        "恢复上线",
        "恢复上线",
        "站点已恢复上线。",
    ),
    "announce-closing": StepPage(
        ClosingForm,
        lambda actor, site, form: announce_closing(actor=actor, site=site, **form.cleaned_data),
        "发布关停公告",
        "发布关停公告",
        "关停公告已发布，期满后自动归档并关停。",
        "公告公示不少于 30 天；期满后整站归档，网址转到承接网址。",
    ),
    "revoke-closing": StepPage(
        ReasonForm,
        lambda actor, site, form: revoke_closing(actor=actor, site=site, **form.cleaned_data),
        "撤销关停公告",
        "撤销关停公告",
        "关停公告已撤销，站点照常运行。",
    ),
    "close": StepPage(
        ReasonForm,
        lambda actor, site, form: close_site(actor=actor, site=site, **form.cleaned_data),
        "永久下线",
        "归档并永久下线",
        "站点已归档并永久下线。",
        "先整站归档，再关停；不能恢复。",
    ),
}


@require_http_methods(["GET", "POST"])
def take(request: StaffRequest, slug: str, step: str) -> HttpResponse:
    """Ask for a step and take it; what its guards refuse comes back at the fields."""
    site = get_site_for(request.viewer, slug)
    require(may_manage_site(request.viewer, site))
    asked = _PAGES.get(step)
    if asked is None:
        raise NotFound

    def act(form: forms.Form) -> str:
        if not isinstance(form, ConsoleForm):
            raise TypeError(type(form))
        asked.deed(request.person, site, form)
        return asked.said

    page = reverse("site", args=[slug])
    clause = STEPS[step].clause if step in STEPS else ""
    # A form without fields is bound all the same: its only content is that the button was pressed.
    form = asked.form(request.POST if request.method == "POST" else None)
    return answer_form(
        request,
        form,
        act,
        title=f"{asked.title}：{site.name}",
        button=asked.button,
        done_url=page,
        back_url=page,
        lead=asked.lead or (f"依据：{clause}" if clause else ""),
        crumbs=CRUMBS,
    )
