"""Working days in the console: a year's table, its notice, and who may change it."""

from __future__ import annotations

from datetime import date

import pytest

from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.console.tests.conftest import Province
from rongshu.foundation.kept_calendar import kept_calendar
from rongshu.foundation.models import AuditRecord, CalendarDay, CalendarYear

pytestmark = pytest.mark.django_db
SPRING = {
    "first": "2027-02-05", "last": "2027-02-11", "kind": "off", "name": "春节", "source": "示范放假通知",
}  # fmt: skip
MONDAY = date(2027, 2, 8)


def test_a_year_without_a_notice_is_provisional_until_it_is_recorded(page: ConsoleClient) -> None:
    assert "暂定" in page.get("/settings/calendar/2027").content.decode()
    assert page.post("/settings/calendar/2027/notice", {"notice": ""}).status_code == 422
    assert not CalendarYear.objects.exists()
    page.post("/settings/calendar/2027/notice", {"notice": "示范放假通知（示府办〔2026〕9号）"})
    text = page.get("/settings/calendar/2027").content.decode()
    assert "已有通知" in text
    assert "示府办〔2026〕9号" in text
    assert 2027 in kept_calendar(since=date(2027, 1, 1)).noticed_years


def test_days_are_set_counted_and_reset(page: ConsoleClient) -> None:
    assert kept_calendar(since=date(2027, 1, 1)).is_working_day(MONDAY)
    answer = page.post("/settings/calendar/new", SPRING)
    assert answer["Location"] == "/settings/calendar/2027"
    page.post(
        "/settings/calendar/new",
        {"first": "2027-02-14", "kind": "on", "name": "春节调休", "source": "示范放假通知"},
    )
    calendar = kept_calendar(since=date(2027, 1, 1))
    assert not calendar.is_working_day(MONDAY)
    assert calendar.is_working_day(date(2027, 2, 14))
    text = page.get("/settings/calendar/2027").content.decode()
    assert "星期一" in text
    assert "本平台设定" in text
    assert AuditRecord.objects.filter(action="calendar.days-set", reason="示范放假通知").count() == 2
    page.post(f"/settings/calendar/days/{MONDAY}/reset")
    assert kept_calendar(since=date(2027, 1, 1)).is_working_day(MONDAY)


def test_wrong_days_are_refused_at_their_fields(page: ConsoleClient) -> None:
    for wrong in (
        {"last": "2027-02-01"},
        {"last": "2027-12-31"},
        {"name": " "},
        {"source": ""},
        {"first": "x"},
    ):
        answer = page.post("/settings/calendar/new", SPRING | wrong)
        assert answer.status_code == 422, wrong
    assert not CalendarDay.objects.exists()
    assert page.get("/settings/calendar/1999").status_code == 404
    assert page.post("/settings/calendar/days/nonsense/reset").status_code == 404


def test_who_does_not_run_the_platform_changes_nothing(province: Province) -> None:
    manager = sign_in(ConsoleClient(), province.manager)
    assert manager.get("/settings/calendar").status_code == 403
    assert manager.post("/settings/calendar/new", SPRING).status_code == 403
    assert manager.post("/settings/calendar/2027/notice", {"notice": "x"}).status_code == 403
    assert manager.post(f"/settings/calendar/days/{MONDAY}/reset").status_code == 403
    assert not CalendarDay.objects.exists()
    assert not CalendarYear.objects.exists()
