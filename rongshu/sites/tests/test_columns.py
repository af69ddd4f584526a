"""The column tree: standards, creation, moves, removal."""

from __future__ import annotations

from typing import Any

import pytest

from rongshu.foundation.errors import NotAllowed
from rongshu.foundation.models import AuditRecord, Event
from rongshu.sites.actions.change_column import change_column
from rongshu.sites.actions.create_column import create_column
from rongshu.sites.actions.create_columns_from_standard import create_columns_from_standard, walk
from rongshu.sites.actions.move_column import move_column, remove_column
from rongshu.sites.actions.place_resource import place_resource
from rongshu.sites.errors import (
    ColumnClosed,
    ColumnInUse,
    ColumnMalformed,
    ColumnPathTaken,
    ColumnTreeCircular,
    StandardUnknown,
    UnknownColumn,
)
from rongshu.sites.models import Column, ColumnStandard, Site
from rongshu.sites.queries import column_at, column_tree, navigation
from rongshu.sites.tests.conftest import City


def tree(site: Site) -> list[tuple[object, ...]]:
    """Return the columns of a site as rows to compare."""
    return list(
        Column.objects.filter(site=site).order_by("id").values_list("path", "parent", "position", "status")
    )


@pytest.mark.requirement("P1-04")
@pytest.mark.parametrize("code", ["portal", "city-portal", "department"])
def test_a_tree_is_made_from_a_standard_and_trimmed(city: City, code: str) -> None:
    standard = ColumnStandard.objects.get(pk=code)
    paths = {path for path, _ in walk(standard.tree)}
    create_columns_from_standard(
        actor=city.portal_editor, site=city.portal, standard=code, without=["statistics", "/openness/rules/"]
    )
    made = set(city.portal.columns.values_list("path", flat=True)) - {"/notices/"}
    trimmed = {path for path in paths if not path.startswith(("/statistics/", "/openness/rules/"))}
    assert made - {"/news/"} == trimmed - {"/news/", "/notices/"}
    column = column_at(city.portal, "/openness/guide/")
    assert (column.type, column.disclosure_code, column.max_idle_days) == ("信息公开指南", "guide", 365)
    assert column.parent is not None
    assert column.parent.path == "/openness/"


@pytest.mark.requirement("P1-04")
def test_a_made_tree_can_be_trimmed_and_made_whole_again(city: City) -> None:
    create_columns_from_standard(actor=city.portal_editor, site=city.portal, standard="department")
    remove_column(actor=city.portal_editor, column=column_at(city.portal, "/topics/"), reason="不设专题")
    with pytest.raises(UnknownColumn):
        column_at(city.portal, "/topics/")
    again = create_columns_from_standard(actor=city.portal_editor, site=city.portal, standard="department")
    assert [column.path for column in again] == ["/topics/"]


@pytest.mark.requirement("P1-04")
def test_a_path_the_standard_does_not_have_is_refused(city: City) -> None:
    before = tree(city.portal)
    with pytest.raises(StandardUnknown, match="/no-such/"):
        create_columns_from_standard(
            actor=city.portal_editor, site=city.portal, standard="portal", without=["no-such"]
        )
    with pytest.raises(StandardUnknown, match="可选"):
        create_columns_from_standard(actor=city.portal_editor, site=city.portal, standard="village")
    with pytest.raises(NotAllowed):
        create_columns_from_standard(actor=city.bureau_editor, site=city.portal, standard="portal")
    assert tree(city.portal) == before


def test_every_standard_has_the_four_disclosure_blocks_and_known_classes(db: None) -> None:
    for standard in ColumnStandard.objects.all():
        nodes = [node for _, node in walk(standard.tree)]
        codes = {node.get("disclosure_code") for node in nodes}
        assert {"platform", "guide", "rules", "catalogue", "reports"} <= codes
        assert {node["update_class"] for node in nodes} <= set(Column.UpdateClass.values)
        days = {(node["update_class"], node["max_idle_days"]) for node in nodes}
        assert {("news", 14), ("notice", 180), ("static", 365)} <= days
        assert len([node for node in standard.tree if node["show_in_navigation"]]) <= 7


def test_the_tree_comes_in_order(city: City) -> None:
    first = create_column(
        actor=city.portal_editor, site=city.portal, slug="b", name="乙", type="工作动态", parent=city.news
    )
    create_column(
        actor=city.portal_editor,
        site=city.portal,
        slug="c",
        name="甲",
        type="工作动态",
        parent=city.news,
        position=0,
    )
    change_column(actor=city.portal_editor, column=first, position=5)
    nodes = column_tree(city.portal)
    assert [node.column.path for node in nodes] == ["/news/", "/notices/"]
    assert [node.column.path for node in nodes[0].children] == ["/news/c/", "/news/b/"]
    change_column(actor=city.portal_editor, column=city.notices, show_in_navigation=True)
    assert navigation(city.portal) == [city.notices]


def test_a_subtree_moves_with_its_paths(city: City) -> None:
    below = create_column(
        actor=city.portal_editor,
        site=city.portal,
        slug="local",
        name="本地",
        type="工作动态",
        parent=city.news,
    )
    deep = create_column(
        actor=city.portal_editor, site=city.portal, slug="street", name="街道", type="工作动态", parent=below
    )
    move_column(actor=city.portal_editor, column=city.news, parent=city.notices, slug="updates")
    deep.refresh_from_db()
    assert deep.path == "/notices/updates/local/street/"
    event = Event.objects.get(kind="ColumnMoved")
    assert event.payload["from_path"] == "/news/"


def test_a_circular_tree_is_refused(city: City) -> None:
    below = create_column(
        actor=city.portal_editor,
        site=city.portal,
        slug="local",
        name="本地",
        type="工作动态",
        parent=city.news,
    )
    before = (tree(city.portal), Event.objects.count(), AuditRecord.objects.count())
    for parent in (city.news, below):
        with pytest.raises(ColumnTreeCircular):
            move_column(actor=city.portal_editor, column=city.news, parent=parent)
    with pytest.raises(ColumnMalformed):
        move_column(actor=city.operator, column=city.news, parent=city.bureau_news)
    with pytest.raises(ColumnPathTaken):
        move_column(actor=city.portal_editor, column=city.news, parent=None, slug="notices")
    assert (tree(city.portal), Event.objects.count(), AuditRecord.objects.count()) == before


def test_a_column_in_use_is_not_removed_and_a_closed_one_takes_nothing(city: City) -> None:
    place_resource(actor=city.portal_editor, resource=city.resource(), column=city.news)
    with pytest.raises(ColumnInUse):
        remove_column(actor=city.portal_editor, column=city.news)
    with pytest.raises(ColumnInUse):
        change_column(actor=city.portal_editor, column=city.news, status="closed")
    remove_column(actor=city.portal_editor, column=city.notices)
    with pytest.raises(ColumnClosed):
        place_resource(actor=city.portal_editor, resource=city.resource(), column=city.notices)
    city.news.refresh_from_db()
    assert city.news.status == "active"


@pytest.mark.parametrize(
    "elements",
    [
        {"slug": "No Good"},
        {"slug": "a"},
        {"slug": "-"},
        {"name": ""},
        {"type": ""},
        {"name": "null"},
        {"name": "长" * 61},
        {"update_class": "daily"},
        {"max_idle_days": 0},
        {"page_size": 1},
        {"approval_route": "none"},
        {"list_template": "../x"},
        {"no_such": 1},
    ],
)
def test_a_malformed_column_is_refused(city: City, elements: dict[str, Any]) -> None:
    before = tree(city.portal)
    with pytest.raises(ColumnMalformed):
        create_column(
            actor=city.portal_editor,
            site=city.portal,
            **{"slug": "new", "name": "新", "type": "工作动态", **elements},
        )
    assert tree(city.portal) == before


def test_a_path_is_taken_once(city: City) -> None:
    with pytest.raises(ColumnPathTaken):
        create_column(actor=city.portal_editor, site=city.portal, slug="news", name="新", type="工作动态")
    assert Column.objects.filter(site=city.portal).count() == 2
