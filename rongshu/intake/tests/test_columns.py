"""Where breadcrumbs of an old site lead in the columns of the new one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from rongshu.intake.columns import ColumnMap, initials
from rongshu.sites.models import Column

EARLIER = datetime(2026, 1, 1, tzinfo=UTC)


def mapping() -> ColumnMap:
    """Return the map of a small site in which one name stands twice."""
    places = {
        "/news/": "要闻动态",
        "/news/notices/": "通知公告",
        "/policy/": "政策",
        "/policy/documents/": "政策文件",
        "/education/": "教育",
        "/education/plans/": "规划计划",
        "/health/": "卫生",
        "/health/plans/": "规划计划",
    }
    columns = [Column(path=path, name=name, slug="x", created_at=EARLIER) for path, name in places.items()]
    return ColumnMap.of(columns, before=EARLIER + timedelta(days=1))


def test_a_breadcrumb_follows_the_tree_of_the_site() -> None:
    assert mapping().path_for(["教育", "规划计划"]) == "/education/plans/"
    assert mapping().path_for(["卫生", "规划计划"]) == "/health/plans/"


def test_a_name_that_stands_once_is_found_wherever_it_is() -> None:
    columns = mapping()
    assert columns.path_for(["新闻中心", "要闻动态"]) == "/news/"
    assert columns.path_for(["政务公开", "政策文件"]) == "/policy/documents/"
    assert columns.needs == []


def test_what_the_site_lacks_is_made_below_what_it_has() -> None:
    columns = mapping()
    assert columns.path_for(["政策", "政策汇编"]) == "/policy/zchb/"
    assert columns.path_for(["政策", "政策汇编"]) == "/policy/zchb/"
    assert [need.name for need in columns.needs] == ["政策汇编"]
    assert columns.path_for(["公示公告", "人事招考"]) == "/gsgg/rszk/"


def test_an_ambiguous_name_is_not_guessed() -> None:
    columns = mapping()
    assert columns.path_for(["交通", "规划计划"]) == "/jt/ghjh/"


def test_names_with_the_same_initials_get_addresses_of_their_own() -> None:
    columns = mapping()
    assert columns.path_for(["工作动态"]) == "/gzdt/"
    assert columns.path_for(["公众大厅"]) == "/gzdt2/"


def test_a_piece_of_a_title_is_no_column() -> None:
    columns = mapping()
    crumb = "关于印发某某行动计划实施细则的通知和有关事项的说明"
    assert columns.path_for(["政策", "政策文件", crumb]) == "/policy/documents/"
    assert columns.needs == []


def test_an_article_without_breadcrumb_has_a_place() -> None:
    assert mapping().path_for([]) == "/qtxx/"


def test_initials_are_letters_and_digits_only() -> None:
    assert initials("12345 热线（市）") == "12345rxs"
    assert initials("——") == "lm"
