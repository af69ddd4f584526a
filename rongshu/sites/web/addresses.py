"""Old addresses that go on working, and files that registrars ask for at a site's root."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.confirming import ask_first
from rongshu.console.forms import answer_form
from rongshu.console.list_parts import Column, Empty, Search, State, choice_filter
from rongshu.console.lists import ListPage
from rongshu.sites.actions.keep_legacy_addresses import OldAddress, keep_legacy_address
from rongshu.sites.actions.register_verification_file import (
    register_verification_file,
    remove_verification_file,
)
from rongshu.sites.errors import LegacyAddressMalformed
from rongshu.sites.models import LegacyAddress, Site
from rongshu.sites.permissions import may_keep_addresses, may_manage_site
from rongshu.sites.queries.addresses import addresses_for
from rongshu.sites.queries.columns import column_tree
from rongshu.sites.queries.sites import get_site_for
from rongshu.sites.web.forms import LegacyAddressForm, VerificationFileForm
from rongshu.sites.web.site_pages import CRUMBS, render_site_page, site_context


def _target(address: LegacyAddress) -> str | State:
    if address.resource is not None:
        version = address.resource.effective_version
        return version.title if version else State("内容未公开（410）", "warning")
    if address.column is not None:
        return f"栏目 {address.column.name}"
    if address.leads_home:
        return "首页"
    return f"文件 {address.file_digest[7:19]}…" if address.file_digest else State(
        f"410：{address.gone_reason}", "quiet"
    )  # fmt: skip


_LEADING: Final[dict[str, dict[str, Any]]] = {
    "resource": {"resource__isnull": False},
    "column": {"column__isnull": False},
    "home": {"leads_home": True},
    "gone": {"gone_reason__gt": ""},
}

ADDRESSES: ListPage[LegacyAddress] = ListPage(
    code="legacy-addresses",
    title="旧网址",
    rows=addresses_for,
    order="request_uri",
    columns=(
        Column("uri", "旧网址", lambda one: one.request_uri, order="request_uri"),
        Column("host", "主机", lambda one: one.host, order="host", is_narrow=True),
        Column("target", "去向", _target),
    ),
    filters=(
        choice_filter(
            "to",
            "去向",
            [("resource", "文章"), ("column", "栏目"), ("home", "首页"), ("gone", "已不存在")],
            apply=lambda rows, value: rows.filter(**_LEADING[value]),
        ),
    ),
    search=Search(("request_uri", "host"), "旧网址中的文字"),
    empty=Empty("还没有旧网址", "迁移旧网站时自动登记；也可以逐条添加，使旧链接继续可用。", "link"),
    template="sites/addresses.html",
)


@require_safe
def list_addresses(request: StaffRequest, slug: str) -> HttpResponseBase:
    """List where the old addresses of a site lead."""
    site = _kept_site(request, slug)
    rows = addresses_for(request.viewer).filter(site=site)
    return ADDRESSES.answer(request, rows=rows, context=site_context(request, site, "site-addresses"))


@require_http_methods(["GET", "POST"])
def add_address(request: StaffRequest, slug: str) -> HttpResponse:
    """Keep an old address, or let it lead elsewhere."""
    site = _kept_site(request, slug)

    def act(form: LegacyAddressForm) -> str:
        keep_legacy_address(actor=request.person, site=site, address=_address(form))
        return "旧网址已登记，立即生效。"

    page = reverse("site-addresses", args=[slug])
    return answer_form(
        request,
        LegacyAddressForm(request.POST or None, tree=column_tree(site)),
        act,
        title=f"登记旧网址：{site.name}",
        button="登记",
        done_url=page,
        back_url=page,
        crumbs=CRUMBS,
    )


@require_safe
def list_files(request: StaffRequest, slug: str) -> HttpResponse:
    """List the verification files of a site."""
    site = _managed_site(request, slug)
    files = site.verification_files.order_by("name")
    return render_site_page(request, site, "sites/files.html", "site-files", {"files": files})


@require_http_methods(["GET", "POST"])
def add_file(request: StaffRequest, slug: str) -> HttpResponse:
    """Register a verification file."""
    site = _managed_site(request, slug)

    def act(form: VerificationFileForm) -> str:
        register_verification_file(actor=request.person, site=site, **form.cleaned_data)
        return "验证文件已登记，随即出现在网站根目录。"

    page = reverse("site-files", args=[slug])
    return answer_form(
        request,
        VerificationFileForm(request.POST or None),
        act,
        title=f"登记验证文件：{site.name}",
        button="登记",
        done_url=page,
        back_url=page,
        lead="备案、搜索引擎等要求放在网站根目录的文件；同名文件再次登记即更新内容。",
        crumbs=CRUMBS,
    )


@require_POST
def drop_file(request: StaffRequest, slug: str, file_id: UUID) -> HttpResponse:
    """Take a verification file away after asking."""
    site = _managed_site(request, slug)
    page = reverse("site-files", args=[slug])
    file = site.verification_files.filter(pk=file_id).first()
    if file is None:
        return HttpResponseRedirect(page)
    asked = ask_first(
        request,
        question=f"删除验证文件 {file.name}？",
        consequences=["文件从网站根目录消失", "依赖它的备案或搜索引擎验证可能失效"],
        button="删除文件",
        back_url=page,
        crumbs=CRUMBS,
    )
    if asked is not None:
        return asked
    remove_verification_file(actor=request.person, site=site, name=file.name)
    messages.success(request, f"已删除 {file.name}。")
    return HttpResponseRedirect(page)


def _kept_site(request: StaffRequest, slug: str) -> Site:
    site = get_site_for(request.viewer, slug)
    require(may_keep_addresses(request.viewer, site))
    return site


def _managed_site(request: StaffRequest, slug: str) -> Site:
    site = get_site_for(request.viewer, slug)
    require(may_manage_site(request.viewer, site))
    return site


def _address(form: LegacyAddressForm) -> OldAddress:
    given = form.cleaned_data
    try:
        parts = urlsplit(given["url"].strip())
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        host = ""
    if not host or parts.scheme not in {"http", "https"}:
        problem = "须为完整网址，以 http:// 或 https:// 开头"
        raise LegacyAddressMalformed(problem, fields={"url": problem})
    uri = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = given["target"]
    return OldAddress(
        host=host,
        request_uri=uri,
        column_id=UUID(given["column"]) if target == "column" else None,
        leads_home=target == "home",
        gone_reason=given["gone_reason"] if target == "gone" else "",
    )
