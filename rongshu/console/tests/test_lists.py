"""Lists: pages by key in both directions, filters, columns, saved filters, bulk, exports, all per viewer."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from rongshu.accounts.models import Person
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.console import list_exporting
from rongshu.console.keyset import count_up_to, key_page
from rongshu.console.list_exporting import guarded
from rongshu.console.models import ListLayout, SavedFilter
from rongshu.console.tests.conftest import Province
from rongshu.foundation import clock
from rongshu.foundation.models import AuditRecord
from rongshu.foundation.rate_limits import RateLimit

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowd(province: Province) -> list[Person]:
    """People of whom many bear the same name, so that ties have to be broken."""
    people = [
        Person(name=f"同名{number % 7}", handle=f"many{number:03d}", organization=province.education)
        for number in range(173)
    ]
    return Person.objects.bulk_create(people)


@pytest.mark.parametrize("order", ["name", "-name", "handle", "-created_at", "-pk"])
def test_pages_forth_and_back_hold_every_row_once(crowd: list[Person], order: str) -> None:
    rows = Person.objects.filter(handle__startswith="many")
    page = key_page(rows, order, 20)
    pages = [page]
    while page.after:
        page = key_page(rows, order, 20, after=page.after)
        pages.append(page)
    forth = [row.pk for one in pages for row in one.rows]
    assert len(forth) == len(set(forth)) == 173
    back = pages[-1]
    for expected in reversed(pages[:-1]):
        back = key_page(rows, order, 20, before=back.before)
        assert [row.pk for row in back.rows] == [row.pk for row in expected.rows]
    assert back.before == ""


def test_a_row_that_comes_in_between_shifts_nothing(crowd: list[Person], province: Province) -> None:
    rows = Person.objects.filter(handle__startswith="many")
    first = key_page(rows, "handle", 20)
    Person.objects.create(name="插队", handle="many000a", organization=province.education)
    second = key_page(rows, "handle", 20, after=first.after)
    assert second.rows[0].handle == "many020"


@pytest.mark.parametrize("key", ["x", "W10", "WyJhIl0", "bnVsbA", "\u4e2d", "WyIyMDI2IiwgIngiXQ"])
def test_a_broken_key_gives_the_first_page(crowd: list[Person], key: str) -> None:
    rows = Person.objects.filter(handle__startswith="many")
    assert key_page(rows, "handle", 5, after=key).rows == key_page(rows, "handle", 5).rows


def test_a_nullable_order_is_refused() -> None:
    with pytest.raises(ValueError, match="may be empty"):
        key_page(Person.objects.all(), "organization__name", 5)


def test_many_are_not_counted_to_the_last(crowd: list[Person]) -> None:
    assert count_up_to(Person.objects.all(), 50) == 51


def test_the_list_leads_on_and_back_by_plain_links(page: ConsoleClient, crowd: list[Person]) -> None:
    first = page.get("/people", {"sort": "handle", "q": "many"}).content.decode()
    assert "many000" in first
    assert "上一页" not in first
    link = re.search(r'rel="next" href="(\?[^"]+)"', first)
    assert link is not None
    second = page.get(f"/people{link[1].replace('&amp;', '&')}").content.decode()
    assert "many050" in second
    assert "many049" not in second
    assert 'aria-sort="ascending"' in second
    assert "上一页" in second


def test_chosen_columns_are_kept_per_person(page: ConsoleClient, crowd: list[Person]) -> None:
    assert "登记时间</a>" in page.get("/people").content.decode()
    page.post("/-/lists/people/columns", {"columns": ["handle", "no-such"], "next": "/people"})
    text = page.get("/people").content.decode()
    assert "登记时间</a>" not in text
    assert "many000" in text
    page.post("/-/lists/people/columns", {"usual": "yes"})
    assert not ListLayout.objects.exists()


def test_filters_are_saved_used_and_deleted_by_their_owner(page: ConsoleClient, province: Province) -> None:
    answer = page.post(
        "/-/lists/people/filters",
        {"name": "教育在岗", "query": "?office=yes&organization=教育", "next": "/people"},
    )
    assert answer["Location"] == "/people"
    saved = SavedFilter.objects.get()
    text = page.get("/people").content.decode()
    assert "教育在岗" in text
    assert "卫生科员" not in page.get(f"/people?{saved.query}").content.decode()
    other = sign_in(ConsoleClient(), province.manager)
    assert "教育在岗" not in other.get("/people").content.decode()
    assert other.post(f"/-/filters/{saved.pk}/delete").status_code == 404
    assert SavedFilter.objects.exists()
    page.post(f"/-/filters/{saved.pk}/delete")
    assert not SavedFilter.objects.exists()


def test_a_saved_filter_needs_a_name_and_leads_nowhere_else(page: ConsoleClient) -> None:
    assert page.post("/-/lists/people/filters", {"name": " ", "query": "q=x"}).status_code == 400
    assert not SavedFilter.objects.exists()
    for evil in ("https://example.com/", "//example.com", "javascript:alert(1)", "/\\example.com"):
        answer = page.post("/-/theme", {"theme": "dark", "next": evil})
        assert answer["Location"] == "/"


def test_bulk_acts_get_what_was_chosen(page: ConsoleClient, crowd: list[Person]) -> None:
    text = page.get("/people").content.decode()
    assert "选择本页全部" in text
    assert f'value="{crowd[0].pk}"' in page.get("/people", {"q": crowd[0].handle}).content.decode()
    assert page.post("/people/retire", {}).status_code == 400
    assert page.post("/people/retire", {"ids": ["nonsense"]}).status_code == 400


def _csv(client: ConsoleClient, path: str) -> list[list[str]]:
    answer = client.get(path)
    assert "attachment" in answer["Content-Disposition"]
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text)))


def test_an_export_holds_what_the_page_would_show_and_no_more(
    page: ConsoleClient, crowd: list[Person], province: Province
) -> None:
    lines = _csv(page, "/people?format=csv&q=many&sort=-handle")
    assert lines[0] == ["姓名", "人员代号", "单位", "状态", "登记时间"]
    assert [line[1] for line in lines[1:]] == [f"many{number:03d}" for number in reversed(range(173))]
    manager = sign_in(ConsoleClient(), province.manager)
    assert "stranger" not in {line[1] for line in _csv(manager, "/people?format=csv")}
    assert AuditRecord.objects.filter(action="list.exported").count() == 2


def test_a_workbook_holds_text_and_no_formula(page: ConsoleClient, province: Province) -> None:
    Person.objects.create(name='=HYPERLINK("x")', handle="evil", organization=province.education)
    Person.objects.create(name="控制\x08<符>&", handle="odd", organization=province.education)
    answer = page.get("/people?format=xlsx")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    cells = {row[1].value: row[0] for row in sheet.iter_rows()}
    assert (cells["evil"].value, cells["evil"].data_type) == ('=HYPERLINK("x")', "s")
    assert cells["odd"].value == "控制<符>&"
    assert _csv(page, "/people?format=csv&q=evil")[1][0] == '\'=HYPERLINK("x")'


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_what_a_spreadsheet_would_compute_is_guarded(start: str) -> None:
    assert guarded(f"{start}1") == f"'{start}1"
    assert guarded("张三") == "张三"


def test_an_empty_list_says_what_to_do_first(page: ConsoleClient, province: Province) -> None:
    SavedFilter.objects.all().delete()
    text = page.get("/sign-ins").content.decode()
    assert "还没有登录记录" in text
    narrowed = page.get("/people", {"q": "没有这个人"}).content.decode()
    assert "请放宽筛选条件" in narrowed


def test_days_of_a_filter_are_whole(page: ConsoleClient, province: Province) -> None:
    today = clock.today().isoformat()
    assert "登记人员" in page.get("/audit", {"day_from": today, "day_until": today}).content.decode()
    before = (clock.today() - timedelta(days=1)).isoformat()
    assert "没有符合条件" in page.get("/audit", {"day_until": before}).content.decode()


def test_who_takes_one_list_after_the_other_is_asked_to_wait(
    page: ConsoleClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_exporting, "EXPORT_PACE", RateLimit(2, 60))
    answers = [page.get("/people?format=csv").status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    assert AuditRecord.objects.filter(action="list.exported").count() == 2
    assert page.get("/people").status_code == 200
