"""The message log with search and sending again, and the quarantine with its reasons."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.confirming import ask_first
from rongshu.console.list_parts import BulkAct, Column, Empty, Exact, Search, choice_filter, day_filters
from rongshu.console.lists import ListPage, chosen_ids
from rongshu.federation.actions.send_again import send_again
from rongshu.federation.actions.settle_quarantined import let_go, try_again
from rongshu.federation.models import Message, Quarantined
from rongshu.federation.queries.partners import partners_for
from rongshu.federation.queries.traffic import (
    get_message_for,
    get_quarantined_for,
    messages_for,
    messages_found,
    quarantined_for,
)
from rongshu.federation.queries.uses import names_of_nodes
from rongshu.federation.web.forms import ReasonForm
from rongshu.federation.web.parts import (
    CRUMBS,
    answer_list,
    require_managing,
    show,
    size_of,
    state_of,
    status_of,
)


def partner_choices(viewer: Viewer) -> list[tuple[str, str]]:
    """Return the partners a list can be narrowed to."""
    return [(str(pk), name) for pk, name in partners_for(viewer).order_by("name").values_list("pk", "name")]


MESSAGES = ListPage[Message](
    code="federation-messages",
    title="消息记录",
    rows=messages_for,
    order="-at",
    columns=(
        Column("at", "时间", lambda one: Exact(one.at), order="at", is_narrow=True),
        Column("partner", "节点", lambda one: one.partner.name),
        Column("direction", "方向", lambda one: one.get_direction_display(), is_narrow=True),
        Column("kind", "类别", lambda one: one.get_kind_display(), is_narrow=True),
        Column("status", "状态", status_of, is_narrow=True),
        Column("count", "条数", lambda one: one.count, is_number=True),
        Column("bytes", "大小", lambda one: size_of(one.bytes), is_narrow=True),
        Column("error", "错误", lambda one: one.error),
        Column("code", "错误代码", lambda one: one.error_code, is_shown=False),
        Column("digest", "内容指纹", lambda one: one.digest, is_shown=False),
    ),
    filters=(
        choice_filter("partner", "节点", partner_choices),
        choice_filter("direction", "方向", Message.Direction.choices),
        choice_filter("kind", "类别", Message.Kind.choices),
        choice_filter("status", "状态", Message.Status.choices),
        *day_filters("at", "时间", "at"),
    ),
    search=Search((), "资源标识、标题或错误", messages_found),
    open_url=lambda one: reverse("federation-message", args=[one.pk]),
    bulk=(BulkAct("重新发送", "federation-send-again", "refresh"),),
    empty=Empty("还没有消息", "与其他节点联通后，每次收发都记在这里。", "messages"),
    template="federation/list.html",
)

QUARANTINE = ListPage[Quarantined](
    code="federation-quarantine",
    title="隔离记录",
    lead="没有通过入库检查的外来资源。来源节点修正后会自动重试，也可以在这里立即重试。",
    rows=quarantined_for,
    order="-at",
    columns=(
        Column("title", "标题", lambda one: one.title or str(one.resource_id)),
        Column("partner", "来自", lambda one: one.partner.name),
        Column("reasons", "原因", lambda one: "；".join(reasons_of(one))),
        Column("state", "状态", lambda one: state_of(one, "quarantined"), is_narrow=True),
        Column("attempts", "尝试次数", lambda one: one.attempts, is_number=True),
        Column("next", "下次重试", lambda one: one.next_try_at, is_narrow=True),
        Column("at", "隔离时间", lambda one: one.at, order="at", is_narrow=True),
    ),
    filters=(
        choice_filter("state", "状态", Quarantined.State.choices),
        choice_filter("partner", "来自", partner_choices),
        *day_filters("at", "隔离", "at"),
    ),
    search=Search(("title",), "按标题查找"),
    open_url=lambda one: reverse("federation-quarantined", args=[one.pk]),
    bulk=(
        BulkAct("立即重试", "federation-try-again", "refresh"),
        BulkAct("放弃", "federation-let-go", "trash", is_dangerous=True),
    ),
    empty=Empty("没有隔离的资源", "没有通过入库检查的外来资源会留在这里，并说明原因。", "shield-check"),
    template="federation/list.html",
)


@require_safe
def list_messages(request: StaffRequest) -> HttpResponseBase:
    """List the messages."""
    require_managing(request)
    return answer_list(request, MESSAGES, "federation-messages")


@require_safe
def show_message(request: StaffRequest, message_id: UUID) -> HttpResponse:
    """Show one message with what is kept of its content."""
    message = get_message_for(request.viewer, message_id)
    shown = {
        "message": message,
        "status": status_of(message),
        "size": size_of(message.bytes),
        "details": _readable(message.details),
        "body": _readable(message.body),
        "may_send": message.direction == Message.Direction.OUT and message.body is not None,
    }
    return show(request, "message", shown, tab="federation-messages")


@require_POST
def send_messages_again(request: StaffRequest) -> HttpResponse:
    """Send the chosen messages again."""
    require_managing(request)
    count = send_again(actor=request.person, message_ids=chosen_ids(request))
    said = f"{count} 件消息重新发送。" if count else "所选消息没有可以重新发送的：只有发出的消息可以。"
    (messages.success if count else messages.warning)(request, said)
    return HttpResponseRedirect(reverse("federation-messages"))


@require_safe
def list_quarantined(request: StaffRequest) -> HttpResponseBase:
    """List what waits in quarantine, or was settled."""
    require_managing(request)
    return answer_list(request, QUARANTINE, "federation-quarantine")


@require_safe
def show_quarantined(request: StaffRequest, quarantined_id: UUID) -> HttpResponse:
    """Show a record with the reasons it may not come in."""
    row = get_quarantined_for(request.viewer, quarantined_id)
    shown = {
        "row": row,
        "state": state_of(row, "quarantined"),
        "origin": names_of_nodes().get(row.origin_node, str(row.origin_node)),
        "reasons": [_reason(one) for one in row.reasons],
        "envelope": _readable(row.envelope),
    }
    return show(request, "quarantined", shown, tab="federation-quarantine")


@require_POST
def try_quarantined_again(request: StaffRequest) -> HttpResponse:
    """Have the chosen records judged again."""
    require_managing(request)
    count = try_again(actor=request.person, quarantined_ids=chosen_ids(request))
    messages.success(request, f"{count} 条资源立即重试，稍后刷新查看。")
    return HttpResponseRedirect(reverse("federation-quarantine"))


@require_POST
def let_quarantined_go(request: StaffRequest) -> HttpResponse:
    """Give the chosen records up, with a reason."""
    require_managing(request)
    ids, form = chosen_ids(request), ReasonForm(request.POST)
    asked = ask_first(
        request,
        question=f"放弃 {len(ids)} 条隔离的资源？",
        consequences=("它们不再重试，本节点没有这些资源", "来源节点发来新版本时会重新检查"),
        button="放弃资源",
        form=form,
        back_url=reverse("federation-quarantine"),
        crumbs=CRUMBS,
    )
    if asked is not None:
        return asked
    count = let_go(actor=request.person, quarantined_ids=ids, reason=form.cleaned_data["reason"])
    messages.success(request, f"已放弃 {count} 条。")
    return HttpResponseRedirect(reverse("federation-quarantine"))


def reasons_of(row: Quarantined) -> list[str]:
    """Return the reasons in words."""
    return [str(one.get("message", "")) for one in row.reasons if isinstance(one, dict)]


def _reason(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "code": str(one.get("code", "")),
        "message": str(one.get("message", "")),
        "fields": list(dict(one.get("fields") or {}).items()),
    }


def _readable(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)[:100_000] if value else ""
