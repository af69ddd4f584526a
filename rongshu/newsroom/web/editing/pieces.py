"""My pieces, the page of one piece, and beginning a new one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.list_parts import BulkAct, Button, Column, Empty, Search, State, choice_filter
from rongshu.console.lists import ListPage
from rongshu.console.menu import may_anywhere
from rongshu.console.pages import render_page
from rongshu.console.progress import begin_work, work_url
from rongshu.console.working_place import SITE, UNIT, in_unit
from rongshu.foundation.errors import InvalidInput, NotFound
from rongshu.foundation.guards import get_one
from rongshu.inspection.queries import may_read_findings
from rongshu.library.actions.relate_resources import relate_resources, unrelate_resources
from rongshu.library.actions.restore_version import restore_version
from rongshu.library.models import Resource, ResourceRelation
from rongshu.library.permissions import may_write
from rongshu.library.queries import get_resource_for, get_version_for, visible
from rongshu.library.queries.placed import placed_at
from rongshu.library.queries.titles import without_texts
from rongshu.newsroom.actions.begin_draft import begin_draft, duplicate_piece
from rongshu.newsroom.bulk_submission import SUBMIT_MANY
from rongshu.newsroom.editing_errors import PieceLocked
from rongshu.newsroom.queries.drafting import (
    beginnings,
    get_beginning,
    get_writable_piece,
    living_lock,
    pieces_of,
    reusable,
    unsaved_drafts,
    writable_owners,
    writable_types,
)
from rongshu.newsroom.queries.pieces import places_of, readable_version, versions_of
from rongshu.newsroom.queries.standing import standing_of

_TONES = {
    Resource.Status.DRAFT: "quiet",
    Resource.Status.IN_REVIEW: "info",
    Resource.Status.EFFECTIVE: "well",
    Resource.Status.WITHDRAWN: "warning",
}
_RELATION_KINDS = [
    (kind.value, kind.label)
    for kind in ResourceRelation.Kind
    if kind is not ResourceRelation.Kind.NEAR_DUPLICATE
]


def _writes(viewer: Viewer) -> bool:
    return may_anywhere(viewer, "resource.write")


def _title(resource: Resource) -> str:
    version = resource.working_version
    return version.title if version else ""


def _state(resource: Resource) -> State:
    status = Resource.Status(resource.status)
    effective_id = resource.effective_version_id
    has_newer = effective_id is not None and effective_id != resource.working_version_id
    return State(
        f"{status.label}，有未生效的修改" if has_newer else status.label, _TONES.get(status, "quiet")
    )


PIECES: ListPage[Resource] = ListPage(
    code="my-pieces",
    title="我的稿件",
    rows=lambda viewer: without_texts(pieces_of(viewer), "working_version"),
    order="-id",
    columns=(
        Column("title", "标题", _title),
        Column("state", "状态", _state, is_narrow=True),
        Column("type", "类型", lambda one: one.type.name_cn, is_narrow=True),
        Column("owner", "单位", lambda one: one.owner.name),
        Column(
            "changed",
            "最后保存",
            lambda one: one.working_version.created_at if one.working_version else None,
            is_narrow=True,
        ),
        Column("published", "发布时间", lambda one: one.published_at, is_shown=False, is_narrow=True),
    ),
    search=Search(("working_version__title",), "标题中的词"),
    filters=(
        choice_filter("status", "状态", Resource.Status.choices),
        choice_filter(
            "type",
            "类型",
            lambda viewer: [(str(one.pk), one.name_cn) for one in writable_types()],
            lookup="type_id",
        ),
    ),
    open_url=lambda one: reverse("newsroom-piece", args=[one.pk]),
    edit_url=lambda one: reverse("newsroom-edit-piece", args=[one.pk]),
    may_edit=lambda viewer, one: may_write(viewer, one.owner_id),
    narrow={UNIT: in_unit("owner_id"), SITE: placed_at},
    bulk=(BulkAct("提交审核", "newsroom-submit-many", icon="send", is_for=_writes),),
    buttons=(Button("写新稿件", "newsroom-new-piece", icon="plus", is_primary=True, is_for=_writes),),
    empty=Empty("还没有稿件", "写一篇新稿件，或在资源库中找到已有内容后复制。", "writing"),
    template="newsroom/editing/pieces.html",
)


@require_GET
def list_pieces(request: StaffRequest) -> HttpResponseBase:
    """List what the person wrote, unsaved drafts above."""
    return PIECES.answer(request, context={"drafts": unsaved_drafts(request.viewer)[:20]})


@require_http_methods(["GET", "POST"])
def begin_piece(request: StaffRequest) -> HttpResponse:
    """Choose unit, type or template, and begin."""
    owners = list(writable_owners(request.viewer)[:500])
    if not owners:
        raise NotFound
    if request.method == "POST":
        owner = next((one for one in owners if str(one.pk) == request.POST.get("owner")), None)
        if owner is None:
            raise InvalidInput("请选择为哪个单位写稿。", fields={"owner": "请选择"})
        wish, _, code = request.POST.get("beginning", "").partition(":")
        draft = begin_draft(
            actor=request.person,
            owner=owner,
            type_code=code or "article",
            beginning=get_beginning(request.viewer, code) if wish == "template" else None,
        )
        return HttpResponseRedirect(reverse("newsroom-draft", args=[draft.pk]))
    home = request.viewer.home_organization_id
    shown = {
        "owners": owners,
        "home": home,
        "types": list(writable_types()),
        "beginnings": beginnings(request.viewer),
    }
    return render_page(request, "newsroom/editing/new.html", shown)


@require_GET
def show_piece(request: StaffRequest, resource_id: UUID) -> HttpResponse:
    """Show where a piece stands: versions, places, relations, and what may be done."""
    viewer = request.viewer
    version = readable_version(viewer, resource_id)
    resource = version.resource
    relations = ResourceRelation.objects.filter(source=resource, target__in=visible(viewer))
    may_edit = may_write(viewer, resource.owner_id)
    shown = {
        "resource": resource,
        "version": version,
        "state": _state(resource),
        "versions": versions_of(viewer, resource),
        "places": places_of(viewer, resource),
        "relations": relations.select_related("target__effective_version", "target__working_version"),
        "relation_kinds": _RELATION_KINDS,
        "may_edit": may_edit,
        "lock": living_lock(resource.pk) if may_edit else None,
        "standing": standing_of(viewer, resource),
        "may_read_findings": may_read_findings(viewer, version),
        "owners": list(writable_owners(viewer)[:200]),
    }
    return render_page(request, "newsroom/editing/piece.html", shown)


@require_POST
def duplicate(request: StaffRequest, version_id: UUID) -> HttpResponse:
    """Begin a new piece from a version."""
    version = get_version_for(request.viewer, version_id)
    owners = {str(one.pk): one for one in writable_owners(request.viewer)}
    own = owners.get(request.POST.get("owner", "")) or owners.get(str(version.resource.owner_id))
    owner = own or next(iter(owners.values()), None)
    if owner is None:
        raise NotFound
    draft = duplicate_piece(actor=request.person, version=version, owner=owner)
    messages.success(request, "已复制为新稿件；审批、索引号和发布时间不会带过来。")
    return HttpResponseRedirect(reverse("newsroom-draft", args=[draft.pk]))


@require_POST
def restore(request: StaffRequest, version_id: UUID) -> HttpResponse:
    """Make an earlier version the newest; while somebody edits, not."""
    version = get_version_for(request.viewer, version_id)
    get_writable_piece(request.viewer, version.resource_id)
    lock = living_lock(version.resource_id)
    if lock is not None and lock.holder_id != request.person.pk:
        raise PieceLocked(f"{lock.holder.name}正在编辑这篇稿件，请等他保存后再恢复旧版本。")
    restored = restore_version(actor=request.person, version=version)
    messages.success(
        request, f"已把第 {version.number} 版的内容恢复为第 {restored.number} 版；审核通过后才会生效。"
    )
    return HttpResponseRedirect(reverse("newsroom-piece", args=[version.resource_id]))


@require_POST
def relate(request: StaffRequest, resource_id: UUID) -> HttpResponse:
    """Say how a piece stands to another: it interprets a policy, replaces one, rests on one."""
    resource = get_writable_piece(request.viewer, resource_id)
    back = HttpResponseRedirect(reverse("newsroom-piece", args=[resource.pk]))
    ended = request.POST.get("end")
    if ended:
        relation = get_one(ResourceRelation.objects.all(), source=resource, pk=_as_id(ended))
        unrelate_resources(actor=request.person, relation=relation)
        messages.success(request, "已解除关联。")
        return back
    target = get_resource_for(request.viewer, _as_id(request.POST.get("target", "")))
    relate_resources(actor=request.person, source=resource, target=target, kind=request.POST.get("kind", ""))
    messages.success(request, "已建立关联，两边的页面都会显示。")
    return back


def _as_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


@require_GET
def choose_resources(request: StaffRequest) -> HttpResponse:
    """Offer resources the person may use, to the editor's picker; `?id=` asks what one of them is."""
    wanted = request.GET.get("id", "")
    found = reusable(
        request.viewer,
        request.GET.get("q", "")[:60],
        only_documents="documents" in request.GET,
        only_id=_as_id(wanted) if wanted else None,
    )
    return JsonResponse(
        {"rows": [{"id": str(one.id), "title": one.title, "note": one.note} for one in found]}
    )


@require_POST
def submit_many(request: StaffRequest) -> HttpResponse:
    """Submit the chosen pieces to review, as work that goes on when the page is closed."""
    ids = [str(_as_id(one)) for one in request.POST.getlist("ids")][:500]
    if not ids:
        raise InvalidInput("请先勾选稿件。")
    own = pieces_of(request.viewer).filter(pk__in=ids).count()
    if own != len(set(ids)):
        raise NotFound
    work = begin_work(
        actor=request.person,
        kind=SUBMIT_MANY,
        title=f"提交 {len(ids)} 篇稿件审核",
        payload={"ids": ids},
        total=len(ids),
        unit="篇",
    )
    return HttpResponseRedirect(work_url(work))
