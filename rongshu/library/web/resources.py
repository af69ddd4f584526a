"""The list of resources, one resource with all that is known of it, and two of its versions side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.audit.words import deed_label
from rongshu.console.finding import Found
from rongshu.console.list_parts import BulkAct, Column, Empty, Search, State, choice_filter, day_filters
from rongshu.console.lists import ListPage
from rongshu.console.menu import may_anywhere
from rongshu.console.pages import Crumb, render_page
from rongshu.console.working_place import SITE, UNIT, in_unit
from rongshu.foundation.errors import NotFound, RongshuError
from rongshu.library.actions.classify_resource import classify_resource, declassify_resource
from rongshu.library.models import Category, CategoryScheme, Resource, ResourceVersion
from rongshu.library.models.versions import ShareType
from rongshu.library.permissions import may_write
from rongshu.library.queries.classification import categories_of, classification_log
from rongshu.library.queries.definitions import type_choices
from rongshu.library.queries.differences import differences
from rongshu.library.queries.elements import elements_shown
from rongshu.library.queries.links import links_for
from rongshu.library.queries.origins import origins_of
from rongshu.library.queries.placed import placed_at
from rongshu.library.queries.relations import partners_of
from rongshu.library.queries.titles import TEXTS, titled, without_texts
from rongshu.library.queries.usage import usage_trace, where_used
from rongshu.library.queries.visibility import get_resource_for, get_version_for, may_see_drafts, visible
from rongshu.library.web.registering import READING

CRUMBS = (Crumb("信息资源", "library-resources"),)
_TONES = {
    Resource.Status.DRAFT: "quiet",
    Resource.Status.IN_REVIEW: "warning",
    Resource.Status.EFFECTIVE: "well",
    Resource.Status.WITHDRAWN: "problem",
    Resource.Status.ARCHIVED: "info",
    Resource.Status.PURGED: "quiet",
}


SHARE_NAMES: Final = {str(code): str(label) for code, label in ShareType.choices}


def title_of(resource: Resource) -> str:
    """Return what the resource is called now."""
    version = resource.effective_version or resource.working_version
    return version.title if version and version.title else "（无标题）"


def state_of(resource: Resource) -> State:
    """Return the status as a list shows it."""
    status = Resource.Status(resource.status)
    return State(status.label, _TONES[status])


def _rows(viewer: Viewer) -> QuerySet[Resource]:
    rows = visible(viewer).select_related("type", "owner", "effective_version", "working_version")
    return without_texts(rows, "effective_version", "working_version")


def _types(viewer: Viewer) -> Sequence[tuple[str, str]]:
    return type_choices()


def _themes(viewer: Viewer) -> Sequence[tuple[str, str]]:
    rows = Category.objects.filter(scheme_id="theme", is_active=True).order_by("position", "code")
    return list(rows.values_list("code", "name"))


RESOURCES: ListPage[Resource] = ListPage(
    code="library-resources",
    title="信息资源",
    rows=_rows,
    order="-pk",
    columns=(
        Column("title", "标题", title_of),
        Column("type", "资源类型", lambda one: one.type.name_cn, is_narrow=True),
        Column("owner", "所属机构", lambda one: one.owner.name),
        Column("status", "状态", state_of, is_narrow=True),
        Column("published", "发布时间", lambda one: one.published_at, is_narrow=True),
        Column("created", "入库时间", lambda one: one.created_at, order="pk", is_narrow=True),
        Column("index_number", "索引号", lambda one: one.index_number or "", is_shown=False),
        Column("share", "共享类型", lambda one: SHARE_NAMES.get(one.share_type, ""), is_shown=False),
    ),
    filters=(
        choice_filter("status", "状态", Resource.Status.choices),
        choice_filter("type", "资源类型", _types, lookup="type_id"),
        choice_filter("theme", "主题", _themes, lookup="effective_version__theme_code"),
        *day_filters("published", "发布", "published_at"),
    ),
    search=Search((), "标题中的词或索引号", find=titled),
    narrow={UNIT: in_unit("owner_id"), SITE: placed_at},
    open_url=lambda one: reverse("library-resource", args=[one.pk]),
    bulk=(
        BulkAct(
            "移入回收站",
            "library-recycle",
            "trash",
            is_dangerous=True,
            is_for=lambda viewer: may_anywhere(viewer, "resource.write"),
        ),
    ),
    empty=Empty("资源库里还没有您可以查看的资源", "采编的稿件和采集的网页入库后会出现在这里。", "database"),
)


@require_safe
def list_resources(request: StaffRequest) -> HttpResponseBase:
    """List what the viewer may see, newest first."""
    require_reading(request.viewer)
    return RESOURCES.answer(request)


def find_resources(viewer: Viewer, words: str, most: int) -> Sequence[Found]:
    """Return the newest resources of the viewer's whose titles hold the words."""
    if not _reads(viewer):
        return []
    rows = titled(_rows(viewer), words)[0].order_by("-pk")[:most]
    return [
        Found(title_of(one), reverse("library-resource", args=[one.pk]), str(state_of(one))) for one in rows
    ]


def _reads(viewer: Viewer) -> bool:
    return any(may_anywhere(viewer, one) for one in READING)


def require_reading(viewer: Viewer) -> None:
    """Raise `NotAllowed` for who has nothing to do with content."""
    require(_reads(viewer))


@require_safe
def show_resource(request: StaffRequest, resource_id: UUID) -> HttpResponse:
    """Show the elements, versions, uses, relations, classification and history of a resource."""
    resource = resource_for(request.viewer, resource_id)
    reads_drafts = may_see_drafts(request.viewer, resource.owner_id)
    version = (reads_drafts and resource.working_version) or resource.effective_version
    if version is None:
        raise NotFound
    versions = resource.versions.select_related("created_by").defer(*TEXTS).order_by("-number")
    shown: dict[str, Any] = {
        "resource": resource,
        "title": version.title or "（无标题）",
        "state": state_of(resource),
        "version": version,
        "elements": elements_shown(version),
        "versions": versions[:200] if reads_drafts else versions.filter(effective_of=resource),
        "uses": where_used(request.viewer, resource),
        "partners": [
            {"label": one.label, "title": title_of(one.resource), "id": one.resource.pk}
            for one in partners_of(request.viewer, resource)
        ],
        "categories": categories_of(resource),
        "log": classification_log(request.viewer, resource)[:100],
        "history": [(deed_label(one.label), one) for one in usage_trace(request.viewer, resource)[:100]],
        "may_write": may_write(request.viewer, resource.owner_id),
        "links": links_for(request.viewer, resource),
        "schemes": CategoryScheme.objects.order_by("code"),
        "origin": origins_of([resource.pk]).get(resource.pk),
    }
    return render_page(request, "library/resource.html", shown, crumbs=CRUMBS)


def resource_for(viewer: Viewer, resource_id: UUID) -> Resource:
    """Return a resource with what its page names; absent and foreign are the same `NotFound`."""
    found = get_resource_for(viewer, resource_id)
    related = ("type", "owner", "effective_version", "working_version", "calls")
    return Resource.objects.select_related(*related).get(pk=found.pk)


@require_safe
def compare(request: StaffRequest, resource_id: UUID) -> HttpResponse:
    """Show two versions side by side: `before` and `after` are their ids."""
    resource = resource_for(request.viewer, resource_id)
    before, after = (_version(request, resource, name) for name in ("before", "after"))
    shown = {
        "resource": resource,
        "title": title_of(resource),
        "before": before,
        "after": after,
        "differences": differences(before, after),
    }
    return render_page(request, "library/compare.html", shown, crumbs=CRUMBS)


def _version(request: StaffRequest, resource: Resource, name: str) -> ResourceVersion:
    try:
        version = get_version_for(request.viewer, UUID(request.GET.get(name, "")))
    except ValueError:
        raise NotFound from None
    if version.resource_id != resource.pk:
        raise NotFound
    return version


@require_POST
def classify(request: StaffRequest, resource_id: UUID) -> HttpResponse:
    """Put the resource under a category by hand: over whatever a rule found (P2-10)."""
    resource = get_resource_for(request.viewer, resource_id)
    code, scheme = request.POST.get("code", "").strip(), request.POST.get("scheme", "")
    category = Category.objects.filter(scheme_id=scheme, code=code, is_active=True).first()
    if category is None:
        messages.error(request, f"所选分类体系中没有代码为“{code}”的分类，请核对后重试。")
    else:
        _try(request, f"已归入“{category.name}”。", classify_resource, resource, category)
    return HttpResponseRedirect(f"{reverse('library-resource', args=[resource.pk])}#classification")


@require_POST
def declassify(request: StaffRequest, resource_id: UUID) -> HttpResponse:
    """Take the resource out of a category by hand."""
    resource = get_resource_for(request.viewer, resource_id)
    try:
        category = Category.objects.get(pk=UUID(request.POST.get("category", "")))
    except (ValueError, Category.DoesNotExist):
        raise NotFound from None
    _try(request, f"已移出“{category.name}”。", declassify_resource, resource, category)
    return HttpResponseRedirect(f"{reverse('library-resource', args=[resource.pk])}#classification")


def _try(request: StaffRequest, done: str, deed: Any, resource: Resource, category: Category) -> None:
    try:
        deed(actor=request.person, resource=resource, category=category)
    except RongshuError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, done)
