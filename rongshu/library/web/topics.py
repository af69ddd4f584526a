"""Topics (专题): what gathers their members, and the members themselves (P2-17)."""

from __future__ import annotations

from typing import Any, Final, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.forms import ConsoleForm, answer_form
from rongshu.console.list_parts import Column, Empty, Search
from rongshu.console.lists import ListPage
from rongshu.console.pages import Crumb, render_page
from rongshu.foundation.errors import NotFound
from rongshu.library.actions.topics import (
    add_to_topic,
    end_selection,
    gather_by_category,
    gather_by_query,
    remove_from_topic,
)
from rongshu.library.models import Category, Resource, ResourceType, TopicSelection
from rongshu.library.permissions import may_write
from rongshu.library.queries.definitions import category_with_id, selection_with_id, topics_for
from rongshu.library.queries.query_words import query_in_words
from rongshu.library.queries.titles import titled
from rongshu.library.queries.topics import topic_members
from rongshu.library.queries.visibility import get_resource_for, visible
from rongshu.library.web.resources import require_reading, state_of, title_of

CRUMBS: Final = (Crumb("专题", "library-topics"),)
_GET_POST: Final = ("GET", "HEAD", "POST")
_SHOWN: Final = 200


def _rows(viewer: Viewer) -> QuerySet[Resource]:
    return topics_for(viewer)


TOPICS: ListPage[Resource] = ListPage(
    code="library-topics",
    title="专题",
    rows=_rows,
    order="-pk",
    columns=(
        Column("title", "专题", title_of),
        Column("owner", "所属机构", lambda one: one.owner.name),
        Column("status", "状态", state_of, is_narrow=True),
        Column("members", "资源数", lambda one: getattr(one, "member_count", 0), is_number=True),
    ),
    search=Search((), "专题名称", find=titled),
    open_url=lambda one: reverse("library-topic", args=[one.pk]),
    empty=Empty(
        "还没有专题",
        "在“采编”中写一篇类型为“专题”的稿件，就可以在这里按条件、分类或人工归集。",
        "folder",
    ),
)


class QueryForm(ConsoleForm):
    """Conditions that all have to hold."""

    type = forms.ModelChoiceField(
        label="资源类型", queryset=ResourceType.objects.none(), required=False,
        empty_label="不限", to_field_name="code",
    )  # fmt: skip
    title_contains = forms.CharField(label="标题含", required=False, max_length=100)
    keywords = forms.CharField(
        label="关键词", required=False, max_length=200, help_text="多个用空格分开，有其一即可"
    )
    published_from = forms.DateField(
        label="发布自", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    published_until = forms.DateField(
        label="发布至", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types = cast("forms.ModelChoiceField[ResourceType]", self.fields["type"])
        types.queryset = ResourceType.objects.filter(standard__is_default=True).order_by("position")

    def query(self) -> dict[str, Any]:
        """Return what was filled in as a query of the library."""
        given = self.cleaned_data
        query: dict[str, Any] = {"types": [given["type"].code]} if given["type"] else {}
        if given["title_contains"]:
            query["title_contains"] = given["title_contains"]
        if given["keywords"]:
            query["keywords"] = given["keywords"].split()
        for name in ("published_from", "published_until"):
            if given[name]:
                query[name] = given[name].isoformat()
        return query


class CategoryForm(ConsoleForm):
    """One category."""

    category = forms.ChoiceField(label="分类", help_text="含其全部下级")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Category.objects.filter(is_active=True).select_related("scheme")
        rows = rows.order_by("scheme__code", "path", "position")
        choices = [(str(one.pk), f"{one.scheme.name}：{one.code} {one.name}") for one in rows]
        cast("forms.ChoiceField", self.fields["category"]).choices = choices


@require_safe
def list_topics(request: StaffRequest) -> HttpResponseBase:
    """List the topics the viewer sees."""
    require_reading(request.viewer)
    return TOPICS.answer(request)


@require_safe
def show_topic(request: StaffRequest, topic_id: UUID) -> HttpResponse:
    """Show how a topic gathers, its members, and what a search offers to add."""
    topic = _topic(request, topic_id)
    words = request.GET.get("q", "").strip()[:100]
    members = topic_members(request.viewer, topic).select_related("effective_version", "working_version")
    shown = {
        "topic": topic,
        "title": title_of(topic),
        "state": state_of(topic),
        "selections": [(one, _told(one)) for one in topic.selections.order_by("created_at")],
        "members": [(one.pk, title_of(one), one.published_at) for one in members[:_SHOWN]],
        "shown": _SHOWN,
        "count": members.count(),
        "q": words,
        "found": [(one.pk, title_of(one)) for one in _found(request.viewer, topic, words)] if words else [],
        "may_write": may_write(request.viewer, topic.owner_id),
    }
    return render_page(request, "library/topic.html", shown, crumbs=CRUMBS)


@require_http_methods(_GET_POST)
def by_query(request: StaffRequest, topic_id: UUID) -> HttpResponse:
    """Let a topic gather by conditions."""
    topic = _own_topic(request, topic_id)

    def act(filled: QueryForm) -> str:
        gather_by_query(actor=request.person, topic=topic, query=filled.query())
        return "已按条件归集，以后符合条件的资源生效时自动进入专题。"

    return _answer(request, topic, QueryForm(_posted(request)), act, "按条件归集")


@require_http_methods(_GET_POST)
def by_category(request: StaffRequest, topic_id: UUID) -> HttpResponse:
    """Let a topic gather by a category."""
    topic = _own_topic(request, topic_id)

    def act(filled: CategoryForm) -> str:
        category = category_with_id(UUID(filled.cleaned_data["category"]))
        gather_by_category(actor=request.person, topic=topic, category=category)
        return f"已按“{category.name}”归集，以后归入该分类的资源自动进入专题。"

    return _answer(request, topic, CategoryForm(_posted(request)), act, "按分类归集")


@require_POST
def add(request: StaffRequest, topic_id: UUID) -> HttpResponse:
    """Put chosen resources into a topic by hand."""
    topic = _own_topic(request, topic_id)
    chosen = [get_resource_for(request.viewer, _id(one)) for one in request.POST.getlist("resource")[:_SHOWN]]
    if chosen:
        messages.success(
            request, f"已加入 {add_to_topic(actor=request.person, topic=topic, resources=chosen)} 条。"
        )
    else:
        messages.error(request, "还没有勾选资源。")
    return HttpResponseRedirect(reverse("library-topic", args=[topic.pk]))


@require_POST
def remove(request: StaffRequest, topic_id: UUID) -> HttpResponse:
    """Take a resource out of a topic."""
    topic = _own_topic(request, topic_id)
    resource = get_resource_for(request.viewer, _id(request.POST.get("resource", "")))
    remove_from_topic(actor=request.person, topic=topic, resource=resource)
    messages.success(request, f"已移出“{title_of(resource)}”。")
    return HttpResponseRedirect(reverse("library-topic", args=[topic.pk]))


@require_POST
def end(request: StaffRequest, topic_id: UUID) -> HttpResponse:
    """End a query or category of a topic."""
    topic = _own_topic(request, topic_id)
    selection = selection_with_id(topic, _id(request.POST.get("selection", "")))
    end_selection(actor=request.person, selection=selection)
    messages.success(request, "已停止归集，仅由它归入的资源已移出专题。")
    return HttpResponseRedirect(reverse("library-topic", args=[topic.pk]))


def _topic(request: StaffRequest, topic_id: UUID) -> Resource:
    topic = get_resource_for(request.viewer, topic_id)
    if topic.type.code != "topic":
        raise NotFound
    return topic


def _own_topic(request: StaffRequest, topic_id: UUID) -> Resource:
    topic = _topic(request, topic_id)
    require(may_write(request.viewer, topic.owner_id))
    return topic


def _found(viewer: Viewer, topic: Resource, words: str) -> QuerySet[Resource]:
    rows = visible(viewer).filter(status=Resource.Status.EFFECTIVE).exclude(topics__topic=topic)
    rows = rows.exclude(pk=topic.pk).filter(effective_version__title__icontains=words)
    return rows.select_related("effective_version", "working_version").order_by("-published_at")[:30]


def _told(selection: TopicSelection) -> str:
    if selection.category is not None:
        return f"{selection.category.name}（{selection.category.code}）及其下级"
    return query_in_words(selection.query)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def _posted(request: StaffRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _answer(request: StaffRequest, topic: Resource, form: Any, act: Any, title: str) -> HttpResponse:
    back = reverse("library-topic", args=[topic.pk])
    return answer_form(
        request, form, act, title=f"{title}：{title_of(topic)}", button="开始归集", done_url=back,
        back_url=back, crumbs=CRUMBS,
    )  # fmt: skip
