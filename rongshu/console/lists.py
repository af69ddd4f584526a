"""Lists: one description gives paging by key, filters, search, columns, bulk acts, exports and keys.

PEOPLE = ListPage(
    code="people", title="人员", rows=persons_for, order="name",
    columns=(Column("name", "姓名", lambda one: one.name, order="name"), …),
    open_url=lambda one: reverse("console-person", args=[one.pk]),
)

def list_people(request: StaffRequest) -> HttpResponseBase:
    return PEOPLE.answer(request)
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.keyset import KeyPage, count_up_to, key_page
from rongshu.console.list_exporting import export_rows
from rongshu.console.list_parts import BulkAct, Button, Column, Empty, Filter, Search
from rongshu.console.models import SavedFilter
from rongshu.console.pages import Crumb, render_page
from rongshu.console.queries import chosen_columns, saved_filters
from rongshu.console.working_place import Narrowings, Place, working_place
from rongshu.foundation.errors import InvalidInput

M = TypeVar("M", bound=Model)
COUNTED: Final = 1_000
_EMPTY: Final = Empty("这里还没有内容")
_RESERVED: Final = frozenset({"q", "sort", "after", "before", "format", "next"})


@dataclasses.dataclass(frozen=True, kw_only=True)
class ListPage(Generic[M]):
    """The description of a list; `rows` answers what this viewer may see at all.

    `order` is a field, "-" in front for descending; it and the columns' orders must not be nullable.
    `edit_url` and `act_url` are what the keys e and r open (None where there is nothing).
    """

    code: str
    title: str
    rows: Callable[[Viewer], QuerySet[M]]
    columns: Sequence[Column[M]]
    order: str
    filters: Sequence[Filter] = ()
    search: Search | None = None
    open_url: Callable[[M], str] | None = None
    edit_url: Callable[[M], str | None] | None = None
    act_url: Callable[[M], str | None] | None = None
    act_label: str = "办理"
    # Whether the viewer may edit, or act on, this row: the predicate of the action itself.
    may_edit: Callable[[Viewer, M], bool] | None = None
    may_act: Callable[[Viewer, M], bool] | None = None
    bulk: Sequence[BulkAct] = ()
    buttons: Sequence[Button] = ()
    empty: Empty = _EMPTY
    per_page: int = 50
    lead: str = ""
    crumbs: Sequence[Crumb] = ()
    template: str = "console/list.html"
    # Reads for many rows together what their cells show, where asking row by row would be slow.
    complete: Callable[[Sequence[M]], None] | None = None
    # How the rows are narrowed to the unit or site the person works in, by kind of place.
    narrow: Narrowings = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        taken = _RESERVED & {one.code for one in self.filters}
        if taken:
            raise ValueError(f"a filter can't be named {taken}")

    def answer(
        self,
        request: StaffRequest,
        *,
        rows: QuerySet[M] | None = None,
        context: Mapping[str, Any] | None = None,
    ) -> HttpResponseBase:
        """Answer a list page, or its export (`?format=csv`, `?format=xlsx`).

        `rows` replaces what the description would read, for a list below one object.
        """
        reading = ListReading(self, request, rows if rows is not None else self.rows(request.viewer))
        kind = request.GET.get("format", "")
        if kind in {"csv", "xlsx"}:
            return export_rows(request.person, self, reading.columns, reading.found, kind)
        return self._page(request, reading, context or {})

    def _page(
        self, request: StaffRequest, reading: ListReading[M], context: Mapping[str, Any]
    ) -> HttpResponse:
        viewer = request.viewer
        return render_page(
            request,
            self.template,
            {
                "list": reading,
                "page": self,
                "buttons": [one for one in self.buttons if one.is_for(viewer)],
                "bulk": [one for one in self.bulk if one.is_for(viewer)],
                **context,
            },
            crumbs=self.crumbs,
            status=400 if reading.form.errors else 200,
        )


class ListReading(Generic[M]):
    """One request's look at a list: what is narrowed, sorted and shown."""

    def __init__(self, page: ListPage[M], request: StaffRequest, rows: QuerySet[M]) -> None:
        self.page, self.request = page, request
        self._all = page.narrow[self.place.kind](rows, self.place.id) if self.place else rows
        self.query = request.GET

    @cached_property
    def place(self) -> Place | None:
        """The unit or site the rows are narrowed to; None where this list knows no such places."""
        place = working_place(self.request) if self.page.narrow else None
        return place if place is not None and place.kind in self.page.narrow else None

    @cached_property
    def form(self) -> forms.Form:
        """The filters as a form, with what the address says."""
        form = forms.Form(self.query or None, prefix="", auto_id="filter-%s")
        if self.page.search is not None:
            form.fields["q"] = forms.CharField(
                label="搜索",
                required=False,
                max_length=100,
                widget=forms.TextInput(
                    {"type": "search", "placeholder": self.page.search.placeholder, "data-search": ""}
                ),
            )
        for one in self.page.filters:
            form.fields[one.code] = one.field(self.request.viewer)
        for field in form.fields.values():
            dress(field)
        form.is_valid()
        return form

    @cached_property
    def values(self) -> dict[str, Any]:
        """What the filters are set to."""
        cleaned: dict[str, Any] = getattr(self.form, "cleaned_data", {})
        return {code: value for code, value in cleaned.items() if value not in (None, "")}

    @cached_property
    def found(self) -> QuerySet[M]:
        """All rows that fit, in order."""
        rows = self._searched[0]
        return rows.order_by(self.order, "-pk" if self.order.startswith("-") else "pk")

    @cached_property
    def _searched(self) -> tuple[QuerySet[M], str]:
        """The rows that fit, and a remark about the search, which comes last: it may look at some only."""
        rows = self._all
        for one in self.page.filters:
            if one.code in self.values:
                rows = one.apply(rows, self.values[one.code])
        if self.page.search is None or "q" not in self.values:
            return rows, ""
        return self.page.search.apply(rows, self.values["q"])

    @cached_property
    def order(self) -> str:
        """The field the rows are ordered by, "-" in front for descending."""
        wish = self.query.get("sort", "")
        for column in self.page.columns:
            if column.order and wish.removeprefix("-") == column.code:
                return ("-" if wish.startswith("-") else "") + column.order
        return self.page.order

    @cached_property
    def shown(self) -> KeyPage[M]:
        """The rows of this page."""
        return key_page(
            self.found,
            self.order,
            self.page.per_page,
            after=self.query.get("after", ""),
            before=self.query.get("before", ""),
        )

    @cached_property
    def count(self) -> str:
        """How many fit, in words; many are not counted to the last."""
        counted = self._counted
        number = f"超过 {COUNTED:,} 条" if counted > COUNTED else f"共 {counted:,} 条"
        remark = self._searched[1]
        return f"{number}。{remark}" if remark else number

    @property
    def _counted(self) -> int:
        """The number of rows that fit; where all of them are on this page it is known already."""
        is_first = not {"after", "before"} & set(self.query)
        if is_first and not self.shown.after:
            return len(self.shown.rows)
        return count_up_to(self.found, COUNTED)

    @cached_property
    def is_narrowed(self) -> bool:
        """Whether any filter is set."""
        return bool(self.values)

    @cached_property
    def columns(self) -> list[Column[M]]:
        """The columns this person has chosen; the first is always there."""
        chosen = chosen_columns(self.request.person, self.page.code)
        first, *others = self.page.columns
        if chosen is None:
            return [first, *(one for one in others if one.is_shown)]
        return [first, *(one for one in others if one.code in chosen)]

    @cached_property
    def choices(self) -> list[tuple[Column[M], bool]]:
        """Every column that may be chosen, and whether it is."""
        return [(one, one in self.columns) for one in self.page.columns[1:]]

    @cached_property
    def heads(self) -> list[dict[str, Any]]:
        """The table's head: title, the address that sorts by it, and how it is sorted now."""
        return [self._head(column) for column in self.columns]

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The rows with their cells and addresses."""
        if self.page.complete is not None:
            self.page.complete(self.shown.rows)
        return [self._row(row) for row in self.shown.rows]

    @cached_property
    def saved(self) -> list[tuple[SavedFilter, bool]]:
        """The person's saved filters, and whether each is what the page shows."""
        now = self.address()
        return [(one, f"?{one.query}" == now) for one in saved_filters(self.request.person, self.page.code)]

    @property
    def older(self) -> str:
        """The address of the next page."""
        return self.address(after=self.shown.after) if self.shown.after else ""

    @property
    def newer(self) -> str:
        """The address of the page before."""
        return self.address(before=self.shown.before) if self.shown.before else ""

    @property
    def has_acts(self) -> bool:
        """Whether rows have deeds of their own (a template would call the functions themselves)."""
        has_links = self.page.edit_url is not None or self.page.act_url is not None
        return has_links or bool(self.row_deeds)

    @cached_property
    def row_deeds(self) -> list[BulkAct]:
        """The deeds of the bulk bar that every row offers by itself, too."""
        return [one for one in self.page.bulk if one.in_rows and one.is_for(self.request.viewer)]

    @property
    def has_bulk(self) -> bool:
        """Whether anything can be done with chosen rows."""
        return any(one.is_for(self.request.viewer) for one in self.page.bulk)

    @property
    def csv(self) -> str:
        """The address of the export as CSV."""
        return self.address(format="csv")

    @property
    def xlsx(self) -> str:
        """The address of the export as a workbook."""
        return self.address(format="xlsx")

    def address(self, **changed: str) -> str:
        """Return this list's address with its filters and order, and what is changed."""
        kept = {name: value for name, value in self.query.items() if name in self.form.fields and value}
        if self.query.get("sort"):
            kept["sort"] = self.query["sort"]
        return f"?{urlencode({**kept, **changed})}"

    def _head(self, column: Column[M]) -> dict[str, Any]:
        sorted_by = self.order.removeprefix("-") == column.order and bool(column.order)
        descending = self.order.startswith("-")
        sign = "" if not sorted_by or descending else "-"
        return {
            "column": column,
            "url": self.address(sort=f"{sign}{column.code}") if column.order else "",
            "sorted": ("descending" if descending else "ascending") if sorted_by else "",
        }

    def _row(self, row: M) -> dict[str, Any]:
        page = self.page
        return {
            "id": row.pk,
            "name": str(page.columns[0].value(row) or ""),
            "cells": [(column, column.value(row)) for column in self.columns],
            "url": page.open_url(row) if page.open_url else "",
            "edit": self._deed(page.edit_url, page.may_edit, row),
            "act": self._deed(page.act_url, page.may_act, row),
        }

    def _deed(
        self,
        url: Callable[[M], str | None] | None,
        is_allowed: Callable[[Viewer, M], bool] | None,
        row: M,
    ) -> str | None:
        if url is None or (is_allowed is not None and not is_allowed(self.request.viewer, row)):
            return None
        return url(row)


def dress(field: forms.Field) -> None:
    """Give a form field the classes of the console's style."""
    widget = field.widget
    if isinstance(widget, forms.CheckboxInput | forms.CheckboxSelectMultiple | forms.RadioSelect):
        widget.attrs.setdefault("class", "form-check-input")
    elif isinstance(widget, forms.Select):
        widget.attrs.setdefault("class", "form-select")
    else:
        widget.attrs.setdefault("class", "form-control")


def chosen_ids(request: HttpRequest) -> list[UUID]:
    """Return the ids of the rows chosen for a bulk act, or of the one whose own button was pressed.

    Raise InvalidInput.
    """
    given = request.POST.getlist("only") or request.POST.getlist("ids")
    try:
        ids = [UUID(one) for one in given]
    except ValueError:
        raise InvalidInput("所选内容有误，请返回列表重新选择。") from None
    if not ids:
        raise InvalidInput("还没有选择任何内容，请先在列表中勾选。")
    return ids[:1000]
