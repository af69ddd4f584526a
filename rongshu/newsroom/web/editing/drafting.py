"""The page where a piece is written: shown, kept, checked, saved, thrown away."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.pages import render_page
from rongshu.foundation.errors import NotFound, Refusal, RongshuError
from rongshu.library.gate.records import IncomingFile
from rongshu.library.models import Resource
from rongshu.library.queries import schema_of
from rongshu.library.queries.trial import complaints_about
from rongshu.newsroom.actions.begin_draft import discard_draft, open_draft, restart_draft
from rongshu.newsroom.actions.edit_lock import hold_lock, release_lock, take_over_lock
from rongshu.newsroom.actions.keep_draft import keep_draft
from rongshu.newsroom.actions.piece_templates import keep_as_template
from rongshu.newsroom.actions.save_draft import save_draft
from rongshu.newsroom.editing_errors import PieceChangedMeanwhile, PieceLocked
from rongshu.newsroom.form_values import read_posted, record_of
from rongshu.newsroom.models.drafting import Draft
from rongshu.newsroom.queries.drafting import LockState, get_draft_for, get_writable_piece, lock_state
from rongshu.newsroom.web.editing.addresses import editor_addresses
from rongshu.newsroom.web.editing.fields import (
    blank_row,
    element_sets,
    errors_of,
    labelled,
    middle_elements,
)
from rongshu.newsroom.web.editing.policies import WRITING
from rongshu.newsroom.web.editing.submitting import submit_after_saving


@require_http_methods(["GET", "POST"])
def edit_piece(request: StaffRequest, resource_id: UUID) -> HttpResponse:
    """Open the person's draft of a piece; the first time a post begins it."""
    resource = get_writable_piece(request.viewer, resource_id)
    if request.method == "POST":
        draft = open_draft(actor=request.person, resource=resource)
        return HttpResponseRedirect(reverse("newsroom-draft", args=[draft.pk]))
    return render_page(request, "newsroom/editing/begin.html", {"resource": resource})


@require_GET
def show_draft(request: StaffRequest, draft_id: UUID) -> HttpResponse:
    """Show the editor."""
    draft = get_draft_for(request.viewer, draft_id)
    return _page(request, draft, draft.values, draft.body, uuid4().hex)


@require_POST
def keep(request: StaffRequest, draft_id: UUID) -> HttpResponse:
    """Keep what was typed; the answer tells the page which revision it has written."""
    draft = _kept(request, get_draft_for(request.viewer, draft_id))
    answer = HttpResponse("已暂存", content_type="text/plain; charset=utf-8")
    answer["X-Revision"] = str(draft.revision)
    return answer


@require_POST
def check_element(request: StaffRequest, draft_id: UUID) -> HttpResponse:
    """Say what the gate would say of one element, while the person goes on typing."""
    draft = get_draft_for(request.viewer, draft_id)
    schema = schema_of(draft.type_code)
    name = request.POST.get("element", "")
    errors = _errors(request, draft, read_posted(schema, request.POST), draft.body)
    wrong = next((text for key, text in errors.items() if key == name or key.startswith(f"{name}.")), "")
    return render(request, "newsroom/editing/_wrong.html", {"wrong": wrong})


@require_GET
def show_row(request: StaffRequest, draft_id: UUID, name: str) -> HttpResponse:
    """Give one more empty item of a list."""
    draft = get_draft_for(request.viewer, draft_id)
    rule = schema_of(draft.type_code).rule(name)
    index = request.GET.get("index", "0")
    if rule is None or not rule.fields or not index.isascii() or not index.isdigit() or len(index) > 4:
        raise NotFound
    row = {
        "element": {"name": name, "label": rule.name_cn},
        "row": blank_row(rule, int(index)),
        "draft": draft,
    }
    return render(request, "newsroom/editing/_row.html", row)


@require_POST
def save(request: StaffRequest, draft_id: UUID) -> HttpResponse:
    """Keep, then do what the button says: a new version, also into review; a template; nothing more."""
    draft = get_draft_for(request.viewer, draft_id)
    writer = _writer(request)
    wish = request.POST.get("wish", "save")
    try:
        draft = _kept(request, draft)
        if wish == "template":
            name = request.POST.get("template-name", "")
            keep_as_template(actor=request.person, draft=draft, name=name)
            messages.success(request, f"已存为模板“{name}”。")
            return HttpResponseRedirect(reverse("newsroom-draft", args=[draft.pk]))
        resource = save_draft(
            actor=request.person, draft=draft, writer=writer, over_newer=wish == "save-over"
        )
    except Refusal as error:
        return _refused(request, draft, writer, error)
    if wish == "submit" and not _submitted(request, resource):
        return HttpResponseRedirect(reverse("newsroom-draft", args=[draft.pk]))
    release_lock(actor=request.person, resource=resource, writer=writer)
    if wish != "submit":
        messages.success(request, "已保存为新版本。")
    return HttpResponseRedirect(reverse("newsroom-piece", args=[resource.pk]))


def _submitted(request: StaffRequest, resource: Resource) -> bool:
    """Submit what was just saved; what holds it back is told, and the person goes on writing."""
    try:
        messages.success(request, submit_after_saving(request.person, resource))
    except RongshuError as error:
        messages.warning(request, f"已保存为新版本，但没有提交审核：{error.message}")
        return False
    return True


@require_POST
def discard(request: StaffRequest, draft_id: UUID) -> HttpResponse:
    """Throw the draft away."""
    draft = get_draft_for(request.viewer, draft_id)
    discard_draft(actor=request.person, draft=draft)
    messages.success(request, "已放弃未保存的修改。")
    target = reverse("newsroom-piece", args=[draft.resource_id]) if draft.resource_id else None
    return HttpResponseRedirect(target or reverse("newsroom-pieces"))


@require_POST
def restart(request: StaffRequest, draft_id: UUID) -> HttpResponse:
    """Begin again from the newest version."""
    draft = restart_draft(actor=request.person, draft=get_draft_for(request.viewer, draft_id))
    messages.success(request, "已换成最新版本的内容。")
    return HttpResponseRedirect(reverse("newsroom-draft", args=[draft.pk]))


@require_POST
def beat(request: StaffRequest, draft_id: UUID) -> HttpResponse:
    """Keep, take over or give back the edit lock, and tell who holds it."""
    draft = get_draft_for(request.viewer, draft_id)
    if draft.resource is None:
        return JsonResponse(_told(LockState(None, None, True)))
    given: dict[str, Any] = {
        "actor": request.person,
        "resource": draft.resource,
        "writer": _writer(request),
    }
    wish = request.POST.get("lock", "")
    if wish == "release":
        release_lock(**given)
        return HttpResponse(status=204)
    state = take_over_lock(**given) if wish == "take-over" else hold_lock(**given)
    return JsonResponse(_told(state))


def _told(state: LockState) -> dict[str, Any]:
    return {
        "is_mine": not state.is_foreign,
        "holder": state.holder.name if state.holder else "",
        "since": f"{timezone.localtime(state.since):%H:%M}" if state.since else "",
    }


def _writer(request: HttpRequest) -> str:
    return request.POST.get("writer", "")[:40]


def _kept(request: StaffRequest, draft: Draft) -> Draft:
    revision = request.POST.get("revision", "")
    return keep_draft(
        actor=request.person,
        draft=draft,
        values=read_posted(schema_of(draft.type_code), request.POST),
        body=request.POST.get("body", ""),
        revision=int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else -1,
        writer=_writer(request),
    )


def _errors(request: StaffRequest, draft: Draft, values: Mapping[str, Any], body: str) -> dict[str, str]:
    files = [
        IncomingFile(
            name=file.name, content=file.digest, role="image" if file.role == "image" else "attachment"
        )
        for file in draft.files.all()
    ]
    try:
        record = record_of(
            type_code=draft.type_code, owner=draft.owner, values=values, body=body, files=files
        )
    except RongshuError as error:
        return errors_of([error])
    return errors_of(complaints_about(request.viewer, record))


def _refused(request: StaffRequest, draft: Draft, writer: str, error: RongshuError) -> HttpResponse:
    """Show the page again with everything that was typed."""
    schema = schema_of(draft.type_code)
    values, body = read_posted(schema, request.POST), request.POST.get("body", "")
    errors = _errors(request, draft, values, body) if error.fields else {"": error.message}
    with contextlib.suppress(Draft.DoesNotExist):
        draft.refresh_from_db(fields=["revision"])
    return _page(
        request, draft, values, body, writer, errors=errors or errors_of([error]), refusal=error, status=422
    )


def _page(
    request: StaffRequest,
    draft: Draft,
    values: Mapping[str, Any],
    body: str,
    writer: str,
    *,
    errors: Mapping[str, str] | None = None,
    refusal: RongshuError | None = None,
    status: int = 200,
) -> HttpResponse:
    schema, files = schema_of(draft.type_code), list(draft.files.all())
    wrong = errors or {}
    shown = {
        "draft": draft,
        "schema": schema,
        "body": body,
        "writer": writer,
        "errors": labelled(schema, wrong),
        "body_error": wrong.get("Content", ""),
        "middle": middle_elements(schema, values, wrong),
        "sets": element_sets(schema, values, wrong, files),
        "files": files,
        "lock": lock_state(draft.resource, request.person.pk, writer),
        "is_changed": isinstance(refusal, PieceChangedMeanwhile),
        "is_locked": isinstance(refusal, PieceLocked),
        "is_outdated": draft.resource is not None
        and draft.resource.working_version_id != draft.base_version_id,
        "addresses": editor_addresses(draft),
    }
    answer = render_page(request, "newsroom/editing/draft.html", shown, status=status)
    answer["Content-Security-Policy"] = WRITING
    return answer
