"""The column tree of a site: made from a standard or by hand, trimmed, arranged, changed, closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.confirming import ask_first
from rongshu.console.forms import answer_form
from rongshu.foundation.errors import RongshuError
from rongshu.sites.actions.arrange_column import arrange_column, siblings_of
from rongshu.sites.actions.change_column import change_column
from rongshu.sites.actions.create_column import create_column
from rongshu.sites.actions.create_columns_from_standard import (
    create_columns_from_standard,
    walk,
)
from rongshu.sites.actions.move_column import move_column, remove_column
from rongshu.sites.errors import ColumnMalformed, UnknownColumn
from rongshu.sites.models import Column, Site
from rongshu.sites.permissions import may_arrange_site, may_manage_column
from rongshu.sites.queries.columns import ColumnNode, column_tree, columns_for, with_columns_below
from rongshu.sites.queries.monitor import idleness_of
from rongshu.sites.queries.sites import get_site_for
from rongshu.sites.queries.standards import KEEPS, get_standard_for_site, standards_for_site
from rongshu.sites.web.forms import ColumnForm, MoveColumnForm, NewColumnForm, ReasonForm
from rongshu.sites.web.site_pages import CRUMBS, render_site_page


@require_safe
def show_columns(request: StaffRequest, slug: str) -> HttpResponse:
    """Show the tree, as far as the viewer's scope reaches."""
    site = get_site_for(request.viewer, slug)
    tree = tree_for(request.viewer, site)
    columns = [column for column, _ in _flat(tree)]
    changeable = _changeable(request.viewer, site, columns)
    context = {
        "tree": _shown(tree, idleness_of(columns), changeable, _places(slug)),
        "standards": standards_for_site(site),
        "may_keep_standard": request.viewer.may(KEEPS, organization_id=site.sponsor_id),
        "new_url": reverse("column-new", args=[slug]),
        "count": len(columns),
    }
    return render_site_page(request, site, "sites/columns.html", "site-columns", context)


@require_http_methods(["GET", "POST"])
def add_column(request: StaffRequest, slug: str) -> HttpResponse:
    """Make a column."""
    site = get_site_for(request.viewer, slug)
    tree = tree_for(request.viewer, site)

    def act(form: NewColumnForm) -> str:
        given: dict[str, Any] = dict(form.cleaned_data)
        parent = _column_by_id(request.viewer, site, given.pop("parent"))
        column = create_column(actor=request.person, site=site, parent=parent, **given)
        return f"栏目“{column.name}”已建立。"

    page = reverse("site-columns", args=[slug])
    return answer_form(
        request,
        NewColumnForm(request.POST or None, tree=tree, initial={"parent": request.GET.get("parent", "")}),
        act,
        title=f"新建栏目：{site.name}",
        button="建立栏目",
        done_url=page,
        back_url=page,
        lead="最长不更新天数按更新类别取定：动态要闻 14 天，通知公告与政策文件 180 天，其他 365 天。",
        crumbs=CRUMBS,
    )


@require_http_methods(["GET", "POST"])
def take_standard(request: StaffRequest, slug: str, standard: str) -> HttpResponse:
    """Make the columns of a standard, without those unticked (P1-04)."""
    site = get_site_for(request.viewer, slug)
    require(may_arrange_site(request.viewer, site))
    template = get_standard_for_site(site, standard)
    present = set(site.columns.exclude(status=Column.Status.CLOSED).values_list("path", flat=True))
    paths = [path for path, _ in walk(template.tree)]
    if request.method == "POST":
        wanted = present | set(request.POST.getlist("paths"))
        without = _topmost(path for path in paths if not any(one.startswith(path) for one in wanted))
        made = create_columns_from_standard(
            actor=request.person, site=site, standard=standard, without=without
        )
        messages.success(request, f"已建立 {len(made)} 个栏目。" if made else "没有需要建立的栏目。")
        return HttpResponseRedirect(reverse("site-columns", args=[slug]))
    nodes = [
        {"path": path, "name": node["name"], "depth": path.count("/") - 2, "type": node["type"],
         "days": node["max_idle_days"], "is_present": path in present}
        for path, node in walk(template.tree)
    ]  # fmt: skip
    return render_site_page(
        request, site, "sites/standard.html", "site-columns", {"standard": template, "nodes": nodes}
    )


@require_POST
def arrange(request: StaffRequest, slug: str) -> HttpResponse:
    """Move a column by hand: `move` is `id:up|down|in|out`, or `id:before|after|into:other`."""
    site = get_site_for(request.viewer, slug)
    try:
        _arrange(request, site, request.POST.get("move", ""))
    except RongshuError as error:
        messages.error(request, error.message)
    return HttpResponseRedirect(reverse("site-columns", args=[slug]))


@require_http_methods(["GET", "POST"])
def edit_column(request: StaffRequest, slug: str, column_id: UUID) -> HttpResponse:
    """Change the elements of a column."""
    site, column = column_of(request.viewer, slug, column_id)
    require(may_manage_column(request.viewer, column))

    def act(form: ColumnForm) -> str:
        change_column(actor=request.person, column=column, **form.cleaned_data)
        return f"栏目“{column.name}”已保存。"

    page = reverse("site-columns", args=[slug])
    return answer_form(
        request,
        ColumnForm(request.POST or None, initial=ColumnForm.of(column)),
        act,
        title=f"修改栏目：{column.name}",
        button="保存",
        done_url=page,
        back_url=page,
        lead=f"{site.name} {column.path}",
        crumbs=CRUMBS,
        template="sites/column.html",
        context={"column": column, "site": site},
    )


@require_http_methods(["GET", "POST"])
def relocate_column(request: StaffRequest, slug: str, column_id: UUID) -> HttpResponse:
    """Put a column below another one, or give it another slug."""
    site, column = column_of(request.viewer, slug, column_id)
    require(may_manage_column(request.viewer, column))
    initial = {"parent": str(column.parent_id or ""), "slug": column.slug}

    def act(form: MoveColumnForm) -> str:
        parent = _column_by_id(request.viewer, site, form.cleaned_data["parent"])
        move_column(actor=request.person, column=column, parent=parent, slug=form.cleaned_data["slug"])
        return f"栏目“{column.name}”已移动。"

    page = reverse("site-columns", args=[slug])
    tree = tree_for(request.viewer, site)
    return answer_form(
        request,
        MoveColumnForm(request.POST or None, tree=tree, initial=initial),
        act,
        title=f"移动栏目：{column.name}",
        button="移动栏目",
        done_url=page,
        back_url=page,
        lead="栏目及其下级的网址随之改变，文章网址不变。",
        crumbs=CRUMBS,
    )


@require_POST
def close_column(request: StaffRequest, slug: str, column_id: UUID) -> HttpResponse:
    """Close a column that holds nothing any more."""
    _, column = column_of(request.viewer, slug, column_id)
    require(may_manage_column(request.viewer, column))
    page = reverse("site-columns", args=[slug])
    asked = ask_first(
        request,
        question=f"停用栏目“{column.name}”？",
        consequences=[
            "读者不再看到这个栏目",
            "栏目下仍有内容或下级栏目时不能停用",
            "以后可以用同一代号重新启用",
        ],
        button="停用栏目",
        form=ReasonForm(request.POST),
        back_url=page,
        crumbs=CRUMBS,
    )
    if asked is not None:
        return asked
    try:
        remove_column(actor=request.person, column=column, reason=request.POST["reason"])
        messages.success(request, f"栏目“{column.name}”已停用。")
    except RongshuError as error:
        messages.error(request, error.message)
    return HttpResponseRedirect(page)


def column_of(viewer: Viewer, slug: str, column_id: UUID) -> tuple[Site, Column]:
    """Return a site and a column of it in the viewer's scope; else NotFound."""
    site = get_site_for(viewer, slug)
    column = columns_for(viewer).filter(pk=column_id, site=site).select_related("site").first()
    if column is None:
        raise UnknownColumn
    return site, column


def tree_for(viewer: Viewer, site: Site) -> tuple[ColumnNode, ...]:
    """Return the tree of a site with the columns in the viewer's scope, and the way down to them."""
    own = set(columns_for(viewer).filter(site=site).values_list("id", flat=True))

    def kept(nodes: Iterable[ColumnNode]) -> tuple[ColumnNode, ...]:
        pairs = [(node, kept(node.children)) for node in nodes]
        return tuple(
            ColumnNode(node.column, below) for node, below in pairs if below or node.column.id in own
        )

    return kept(column_tree(site))


def _arrange(request: StaffRequest, site: Site, wish: str) -> None:
    name, _, rest = wish.partition(":")
    way, _, other = rest.partition(":")
    column = _required(request.viewer, site, name)
    parent, before = column.parent, None
    beside = siblings_of(column)
    place = next((at for at, one in enumerate(beside) if one.id == column.id), 0)
    if way == "up":
        before = beside[max(place - 1, 0)]
    elif way == "down":
        before = beside[place + 2] if place + 2 < len(beside) else None
    elif way == "in" and place:
        parent = beside[place - 1]
    elif way == "out" and parent is not None:
        column_after = [one for one in siblings_of(parent) if one.position > parent.position]
        parent, before = parent.parent, next(iter(column_after), None)
    elif way in {"before", "after", "into"}:
        parent, before = _beside(_required(request.viewer, site, other), way)
    else:
        raise ColumnMalformed("这个栏目不能再往这个方向移动。")
    if before is not None and before.id == column.id:
        return
    arrange_column(actor=request.person, column=column, parent=parent, before=before)


def _beside(other: Column, way: str) -> tuple[Column | None, Column | None]:
    """Return the parent and the next sibling that "before", "after" or "into" another column mean."""
    if way == "into":
        return other, None
    if way == "before":
        return other.parent, other
    after = siblings_of(other)
    place = next(at for at, one in enumerate(after) if one.id == other.id)
    return other.parent, after[place + 1] if place + 1 < len(after) else None


def _required(viewer: Viewer, site: Site, text: str) -> Column:
    column = _column_by_id(viewer, site, text)
    if column is None:
        raise UnknownColumn
    return column


def _column_by_id(viewer: Viewer, site: Site, text: str) -> Column | None:
    if not text:
        return None
    try:
        wanted = UUID(text)
    except ValueError:
        raise UnknownColumn from None
    return column_of(viewer, site.slug, wanted)[1]


def _topmost(paths: Iterable[str]) -> list[str]:
    """Leave out what lies below another path of the list."""
    kept: list[str] = []
    for path in sorted(paths):
        if not any(path.startswith(above) for above in kept):
            kept.append(path)
    return kept


def _flat(tree: Iterable[ColumnNode], depth: int = 0) -> Iterator[tuple[Column, int]]:
    for node in tree:
        yield node.column, depth
        yield from _flat(node.children, depth + 1)


def _changeable(viewer: Viewer, site: Site, columns: Sequence[Column]) -> frozenset[UUID]:
    """Return which of the columns the viewer may change; who arranges the site may change each."""
    if may_arrange_site(viewer, site):
        return frozenset(column.pk for column in columns)
    named = [one for one, held in viewer.by_column.items() if "column.manage" in held]
    return with_columns_below(named) if named else frozenset()


def _places(slug: str) -> Mapping[str, str]:
    """Return the addresses of a column's pages, ID standing for the column: the table is asked once."""
    placeholder = UUID(int=0)
    names = {"content": "column-content", "edit": "column-edit"}
    return {
        key: reverse(name, args=[slug, placeholder]).replace(str(placeholder), "ID")
        for key, name in names.items()
    }


def _shown(
    tree: Iterable[ColumnNode],
    idle: Mapping[UUID, Any],
    changeable: frozenset[UUID],
    places: Mapping[str, str],
) -> list[dict[str, Any]]:
    """Return the nodes as the template draws them."""
    return [
        {
            "column": node.column,
            "idle": idle.get(node.column.pk),
            "may_change": node.column.pk in changeable,
            "urls": {key: place.replace("ID", str(node.column.pk)) for key, place in places.items()},
            "children": _shown(node.children, idle, changeable, places),
        }
        for node in tree
    ]
