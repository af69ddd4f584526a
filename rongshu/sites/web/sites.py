"""The list of sites, one site's page, founding a site and changing its elements."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.forms import answer_form
from rongshu.console.list_parts import Button, Column, Empty, Search, choice_filter
from rongshu.console.lists import ListPage
from rongshu.console.working_place import SITE, UNIT, at_site, in_unit
from rongshu.foundation.text import normalise_line
from rongshu.library.queries.language_names import language_name
from rongshu.sites.actions.create_site import change_site, create_site
from rongshu.sites.life_cycle import STEPS
from rongshu.sites.models import Site
from rongshu.sites.permissions import may_found_sites, may_manage_site
from rongshu.sites.queries.sites import announced_closing, get_site_for, sites_for
from rongshu.sites.site_elements import CHANGEABLE, NEEDED_ONLINE, missing_online
from rongshu.sites.web.forms import NewSiteForm, SiteForm
from rongshu.sites.web.site_pages import CRUMBS, render_site_page, state_of

SITES: ListPage[Site] = ListPage(
    code="sites",
    title="站点",
    rows=lambda viewer: sites_for(viewer).select_related("sponsor"),
    order="name",
    columns=(
        Column("name", "名称", lambda site: site.name, order="name"),
        Column("status", "状态", state_of, order="status", is_narrow=True),
        Column("sponsor", "主办单位", lambda site: site.sponsor.name),
        Column("slug", "代号", lambda site: site.slug, order="slug", is_narrow=True),
        Column("domain", "域名", lambda site: site.domain, order="domain"),
        Column("type", "类型", lambda site: site.get_type_display(), order="type", is_shown=False),
        Column("code", "网站标识码", lambda site: site.identification_code, is_shown=False),
        Column("opened", "开通日期", lambda site: site.opened_on, is_shown=False),
    ),
    filters=(
        choice_filter("status", "状态", Site.Status.choices),
        choice_filter("type", "类型", Site.Type.choices),
    ),
    search=Search(("name", "slug", "domain", "identification_code"), "名称、代号、域名、标识码"),
    open_url=lambda site: reverse("site", args=[site.slug]),
    narrow={UNIT: in_unit("sponsor_id"), SITE: at_site("pk")},
    buttons=(
        Button(
            "开办站点",
            "site-new",
            "plus",
            is_primary=True,
            is_for=may_found_sites,
        ),
    ),
    empty=Empty("还没有您负责的站点", "开办站点后，在这里管理它的信息、栏目、首页和主题。", "world"),
)


@require_safe
def list_sites(request: StaffRequest) -> HttpResponseBase:
    """Answer the list of the viewer's sites."""
    return SITES.answer(request)


@require_safe
def show_site(request: StaffRequest, slug: str) -> HttpResponse:
    """Show a site: where it is in its life, what it lacks, its elements and its history."""
    site = get_site_for(request.viewer, slug)
    context = {
        "elements": _elements(site),
        "stages": _stages(site),
        "missing": missing_online(site).values(),
        "steps": _steps(request, site),
        "announced": announced_closing(site),
        "changes": site.status_changes.select_related("person").order_by("-at", "-id")[:20],
        "labels": dict(Site.Status.choices) | {"closing": "关停公告"},
    }
    return render_site_page(request, site, "sites/site.html", "site", context)


@require_http_methods(["GET", "POST"])
def found_site(request: StaffRequest) -> HttpResponse:
    """Begin with a site: the first step of the wizard."""
    require(may_found_sites(request.viewer))
    made: list[Site] = []

    def act(form: NewSiteForm) -> str:
        made.append(create_site(actor=request.person, **form.cleaned_data))
        return "站点已建立，处于筹建中。请按步骤补齐信息、建立栏目，再批准开办、上线。"

    return answer_form(
        request,
        NewSiteForm(request.POST or None),
        act,
        title="开办站点",
        button="建立站点",
        done_url=lambda: reverse("site", args=[made[0].slug]),
        back_url=reverse("sites"),
        lead="先填写最基本的信息；批准文件、备案编号等随后补齐，齐全后才能上线。",
        crumbs=CRUMBS,
    )


@require_http_methods(["GET", "POST"])
def edit_site(request: StaffRequest, slug: str) -> HttpResponse:
    """Change the elements of a site."""
    site = get_site_for(request.viewer, slug)
    require(may_manage_site(request.viewer, site))

    def act(form: SiteForm) -> str:
        given: dict[str, Any] = dict(form.cleaned_data)
        given["base_url"] = given["base_url"] or f"https://{normalise_line(given['domain'])}"
        change_site(actor=request.person, site=site, **given)
        return "站点信息已保存。"

    page = reverse("site", args=[slug])
    form = SiteForm(request.POST or None, initial=SiteForm.of(site))
    return answer_form(
        request,
        form,
        act,
        title=f"修改站点信息：{site.name}",
        button="保存",
        done_url=page,
        back_url=page,
        crumbs=CRUMBS,
    )


def _elements(site: Site) -> list[tuple[str, str, bool]]:
    """Return (name, value, whether it is lacking for going online) of every element."""
    shown = []
    for name, label in CHANGEABLE.items():
        display = getattr(site, f"get_{name}_display", None)
        value = display() if display else getattr(site, name)
        value = language_name(value) if name == "language" else value
        value = "是" if value is True else "否" if value is False else value
        text = "、".join(map(str, value)) if isinstance(value, list) else str(value or "")
        shown.append((label, text, not text and name in NEEDED_ONLINE))
    return shown


def _stages(site: Site) -> list[dict[str, Any]]:
    """Return the wizard's steps: what is done, what is next, and where it is done."""
    is_past_approval = site.status != Site.Status.PREPARING
    is_open = site.opened_on is not None
    missing = missing_online(site)
    lacking = f"还缺：{'、'.join(missing.values())}" if missing else ""
    has_columns = site.columns.exclude(status="closed").exists()
    stages = [
        ("填写站点信息", not missing, reverse("site-edit", args=[site.slug]), lacking),
        ("建立栏目", has_columns, reverse("site-columns", args=[site.slug]), "可以按栏目标准一次建立"),
        ("设置首页区块", site.blocks.exists(), reverse("site-blocks", args=[site.slug]), ""),
        ("批准开办", is_past_approval, _step_url(site, "approve-opening"), "须先填写开办批准文件"),
        ("上线", is_open, _step_url(site, "open"), "信息齐全、通过安全检测后方可上线"),
    ]
    upcoming = next((label for label, done, _, _ in stages if not done), "")
    return [
        {"label": label, "is_done": done, "url": url, "note": "" if done else note,
         "is_next": label == upcoming}
        for label, done, url, note in stages
    ]  # fmt: skip


def _step_url(site: Site, step: str) -> str:
    """Return where a step of the site's life is taken, "" while it is out of turn."""
    return reverse("site-step", args=[site.slug, step]) if site.status in STEPS[step].from_statuses else ""


def _steps(request: StaffRequest, site: Site) -> list[dict[str, str]]:
    """Return the steps of its life the site may take from here, for who may take them."""
    if not may_manage_site(request.viewer, site):
        return []
    announced = announced_closing(site) is not None
    found = []
    for step in STEPS.values():
        is_out_of_turn = (step.name == "close" and not announced) or (
            step.name == "announce-closing" and announced
        )
        if site.status in step.from_statuses and not is_out_of_turn:
            url = reverse("site-step", args=[site.slug, step.name])
            found.append({"label": step.label, "url": url, "clause": step.clause, "name": step.name})
    if announced:
        url = reverse("site-step", args=[site.slug, "revoke-closing"])
        found.append({"label": "撤销关停公告", "url": url, "clause": "", "name": "revoke-closing"})
    return found
