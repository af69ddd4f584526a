"""检索接口密钥: give them out and take them back."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.confirming import ask_first
from rongshu.console.fields import OrganizationField
from rongshu.console.forms import ConsoleForm, refuse
from rongshu.console.list_parts import Button, Column, Empty, Search, State
from rongshu.console.lists import ListPage
from rongshu.console.pages import Crumb, render_page
from rongshu.foundation.errors import Refusal
from rongshu.foundation.guards import get_one
from rongshu.search.actions.manage_api_keys import make_api_key, revoke_api_key
from rongshu.search.models import ApiKey
from rongshu.search.permissions import may_manage_api_keys
from rongshu.search.queries.keys import api_keys_for

CRUMBS = (Crumb("检索接口密钥", "search-keys"),)

KEYS = ListPage[ApiKey](
    code="search-keys",
    title="检索接口密钥",
    lead="其他系统凭密钥调用检索接口；接口说明在各网站的 /-/api/search/v1/openapi.json。",
    rows=api_keys_for,
    order="-created_at",
    columns=(
        Column("name", "用途", lambda one: one.name),
        Column("organization", "使用单位", lambda one: one.organization.name),
        Column("hint", "密钥开头", lambda one: f"{one.hint}…", is_narrow=True),
        Column("limits", "配额", lambda one: f"每分钟 {one.per_minute}，每日 {one.per_day}"),
        Column("used", "今日已用", lambda one: getattr(one, "used_today", None) or 0, is_number=True),
        Column("created_at", "发放时间", lambda one: one.created_at, order="created_at", is_narrow=True),
        Column(
            "state",
            "状态",
            lambda one: State("已收回") if one.revoked_at else State("有效", "well"),
            is_narrow=True,
        ),
    ),
    search=Search(("name", "hint"), "按用途或密钥开头查找"),
    open_url=lambda one: reverse("search-key", args=[one.pk]),
    buttons=(Button("发放密钥", "search-new-key", "plus", is_primary=True),),
    empty=Empty("还没有发放密钥", "需要在其他系统里检索时，在这里发放密钥。", "key"),
)


class NewKeyForm(ConsoleForm):
    """For whom, for what, and how much."""

    name = forms.CharField(label="用途", max_length=100, help_text="例如：政务服务大厅自助终端")
    organization = OrganizationField(label="使用单位")
    per_minute = forms.IntegerField(label="每分钟最多调用次数", initial=60)
    per_day = forms.IntegerField(label="每日最多调用次数", initial=10_000)


@require_safe
def list_keys(request: StaffRequest) -> HttpResponseBase:
    """List the keys."""
    require(may_manage_api_keys(request.viewer))
    return KEYS.answer(request)


def give_key(request: StaffRequest) -> HttpResponse:
    """Give a key out; it is shown this once."""
    require(may_manage_api_keys(request.viewer))
    form = NewKeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        organization = given.pop("organization")
        try:
            made = make_api_key(actor=request.person, organization_id=organization.pk, **given)
        except Refusal as error:
            refuse(form, error)
        else:
            return render_page(request, "search/given_key.html", {"made": made}, crumbs=CRUMBS)
    shown = {"form": form, "title": "发放密钥", "button": "发放密钥", "back_url": reverse("search-keys")}
    return render_page(request, "console/form.html", shown, crumbs=CRUMBS, status=422 if form.errors else 200)


@require_safe
def show_key(request: StaffRequest, key_id: UUID) -> HttpResponse:
    """Show a key and how it was used."""
    key = get_one(api_keys_for(request.viewer), pk=key_id)
    uses = key.uses.order_by("-day")[:31]
    return render_page(request, "search/key.html", {"key": key, "uses": uses}, crumbs=CRUMBS)


@require_POST
def revoke(request: StaffRequest, key_id: UUID) -> HttpResponse:
    """Take a key back, after asking once."""
    key = get_one(api_keys_for(request.viewer), pk=key_id)
    asked = ask_first(
        request,
        question=f"收回密钥“{key.name}”？",
        consequences=("使用它的系统立即无法检索", "收回后不能恢复，需要时重新发放"),
        button="收回密钥",
        back_url=reverse("search-key", args=[key.pk]),
        crumbs=CRUMBS,
    )
    if asked is not None:
        return asked
    revoke_api_key(actor=request.person, key_id=key.pk)
    messages.success(request, "已收回。")
    return HttpResponseRedirect(reverse("search-keys"))
