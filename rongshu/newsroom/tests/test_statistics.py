"""Statistics: counted once whatever happens, equal to a count from zero, and each sees his own."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.commands import CommandRefused
from rongshu.accounts.models import Person
from rongshu.accounts.queries import viewer_for
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.foundation import clock
from rongshu.foundation.models import AuditRecord, ConsumerCursor, Installation
from rongshu.foundation.rules import set_rule
from rongshu.foundation.work import pending
from rongshu.foundation.worker import drain
from rongshu.foundation.working_days import WorkingCalendar
from rongshu.library.actions.approve_version import approve_version
from rongshu.library.actions.create_draft import create_draft
from rongshu.newsroom.actions.assign_flow import assign_flow
from rongshu.newsroom.actions.publish_piece import publish_piece
from rongshu.newsroom.actions.recall_piece import recall_piece
from rongshu.newsroom.actions.return_piece import return_piece
from rongshu.newsroom.keeping_statistics import QUEUE, count_anew
from rongshu.newsroom.models import DayCount, Review, ReviewAct
from rongshu.newsroom.office_hours import OfficeHoursMalformed, office_hours, office_minutes
from rongshu.newsroom.queries.statistics import Question, counts_for, statistics, total_of
from rongshu.newsroom.tests.conftest import CLOCK, Newsroom
from rongshu.sites.actions.place_resource import place_resource

Measure = DayCount.Measure
PAGE = reverse("newsroom-statistics", urlconf="rongshu.project.urls_console")


def follow() -> None:
    """Let every consumer and duty catch up."""
    drain()


def told() -> list[tuple[Any, ...]]:
    names = ("day", "measure", "organization_id", "type_id", "person_id", "column_id", "count", "amount")
    return sorted(DayCount.objects.values_list(*names), key=str)


def counted(measure: str, **narrowed: Any) -> int:
    return sum(DayCount.objects.filter(measure=measure, **narrowed).values_list("count", flat=True))


def this_year(**given: Any) -> Question:
    today = clock.today()
    return Question(first=today - timedelta(days=30), last=today, **given)


def supervisor_of(newsroom: Newsroom, handle: str, **scope: Any) -> Person:
    person = register_person(actor=CLOCK, name=f"示范{handle}", handle=handle)
    grant_role(actor=CLOCK, person=person, role="supervisor", **scope)
    return person


@pytest.fixture
def own(newsroom: Newsroom) -> Person:
    return supervisor_of(
        newsroom, "s1", scope="organization", scope_id=newsroom.library.education.pk
    )  # fmt: skip


@pytest.fixture
def foreign(newsroom: Newsroom) -> Person:
    return supervisor_of(newsroom, "s2", scope="organization", scope_id=newsroom.library.health.pk)


def publish(newsroom: Newsroom) -> Review:
    review = newsroom.pass_all(newsroom.submit())
    return publish_piece(actor=newsroom.publisher, review=review)


def test_what_happens_to_a_piece_is_counted_once(newsroom: Newsroom) -> None:
    review = publish(newsroom)
    again = newsroom.submit()
    return_piece(actor=newsroom.first, review=again, reason="请补充依据")
    recall_piece(actor=newsroom.publisher, resource=review.resource, reason="内容有误")
    follow()
    expected = {Measure.PUBLISHED: 1, Measure.SUBMITTED: 2, Measure.RETURNED: 1, Measure.RECALLED: 1}
    assert {measure: counted(measure) for measure in expected} == expected
    decided = ReviewAct.objects.filter(kind__in=("pass", "return"), step__isnull=False)
    assert counted(Measure.DECIDED) == decided.count() > review.steps.count() - 1
    assert counted(Measure.SUBMITTED, person=newsroom.writer) == 2
    before = told()
    count_anew()
    follow()
    assert told() == before


@pytest.mark.parametrize("seed", range(3))
def test_counting_along_the_way_equals_counting_from_zero(newsroom: Newsroom, seed: int) -> None:
    chance = random.Random(seed)
    open_cases: list[Review] = []
    published: list[Review] = []

    def submit() -> None:
        resource = newsroom.draft()
        if chance.random() < 0.5:
            place_resource(actor=newsroom.publisher, resource=resource, column=newsroom.news, approve=True)
        open_cases.append(newsroom.submit(resource))

    def finish() -> None:
        if open_cases:
            review = newsroom.pass_all(open_cases.pop(chance.randrange(len(open_cases))))
            published.append(publish_piece(actor=newsroom.publisher, review=review))

    def give_back() -> None:
        if open_cases:
            review = open_cases.pop()
            return_piece(actor=newsroom.first, review=review, reason="请修改")

    def recall() -> None:
        if published:
            recall_piece(actor=newsroom.publisher, resource=published.pop().resource, reason="内容有误")

    for _ in range(14):
        chance.choice([submit, submit, finish, give_back, recall, follow])()
    submit()
    follow()
    along = told()
    assert along
    DayCount.objects.all().delete()
    ConsumerCursor.objects.filter(consumer=QUEUE).delete()
    follow()
    assert told() == along
    assert not pending(QUEUE)


def test_the_same_events_read_twice_count_once(newsroom: Newsroom) -> None:
    publish(newsroom)
    follow()
    before = told()
    ConsumerCursor.objects.filter(consumer=QUEUE).update(number=0)
    follow()
    assert told() == before


def test_a_foreign_unit_has_no_figures(newsroom: Newsroom, own: Person, foreign: Person) -> None:
    publish(newsroom)
    follow()
    assert total_of(statistics(viewer_for(own), this_year())).counts[Measure.PUBLISHED] == 1
    assert not counts_for(viewer_for(foreign)).exists()
    for by in ("unit", "column", "person", "type"):
        assert statistics(viewer_for(foreign), this_year(by=by)) == []
    unit = newsroom.library.education.name
    assert unit in sign_in(None, own).get(PAGE).content.decode()
    page = sign_in(None, foreign).get(f"{PAGE}?unit={unit}&by=unit")
    assert page.status_code == 200
    assert f'<th scope="row">{unit}' not in page.content.decode()


def test_a_site_and_a_column_show_their_own_only(newsroom: Newsroom) -> None:
    for column in (newsroom.news, newsroom.important):
        resource = newsroom.draft()
        place_resource(actor=newsroom.publisher, resource=resource, column=column, approve=True)
        publish_piece(actor=newsroom.publisher, review=newsroom.pass_all(newsroom.submit(resource)))
    follow()
    if not counted(Measure.PLACED):
        pytest.fail("placements that show are to be counted")
    of_site = supervisor_of(newsroom, "s3", scope="site", scope_id=newsroom.site.pk)
    of_column = supervisor_of(newsroom, "s4", scope="column", scope_id=newsroom.news.pk)
    assert len(statistics(viewer_for(of_site), this_year(by="column"))) == 2
    (line,) = statistics(viewer_for(of_column), this_year(by="column"))
    assert line.name == f"{newsroom.site.name} · {newsroom.news.name}"
    assert total_of(statistics(viewer_for(of_column), this_year())).counts[Measure.PUBLISHED] == 0


@pytest.mark.parametrize("step", ["day", "week", "month", "year"])
def test_periods_are_shown_without_gaps(newsroom: Newsroom, own: Person, step: str) -> None:
    publish(newsroom)
    follow()
    lines = statistics(viewer_for(own), this_year(by="period", step=step))
    assert total_of(lines).counts[Measure.PUBLISHED] == 1
    assert len(lines) == 31 if step == "day" else len(lines) < 31


def test_the_page_is_for_who_may_read_statistics(newsroom: Newsroom) -> None:
    assert sign_in(None, newsroom.writer).get(PAGE).status_code == 403


@pytest.mark.parametrize(
    "query", ["first=2026-05-01&last=2026-01-01", "first=1900-01-01", "first=x", "by=nobody", "type=x"]
)
def test_a_wrong_question_is_told_and_answered_by_the_usual(own: Person, query: str) -> None:
    answer = sign_in(None, own).get(f"{PAGE}?{query}")
    assert answer.status_code == 400
    assert "error-summary" in answer.content.decode()


def sheet_of(client: ConsoleClient, query: str) -> list[list[str]]:
    """Return the rows of an export, the same from both kinds of file."""
    answers = {
        kind: b"".join(client.get(f"{PAGE}?format={kind}&{query}").streaming_content)  # type: ignore[attr-defined]
        for kind in ("csv", "xlsx")
    }
    rows = list(csv.reader(io.StringIO(answers["csv"].decode("utf-8-sig"))))
    book = load_workbook(io.BytesIO(answers["xlsx"]), read_only=True).active
    assert book is not None
    assert [[str(cell or "") for cell in row] for row in book.iter_rows(values_only=True)] == rows
    return rows


@pytest.mark.requirement("P1-11", missing="visits and unique visitors")
def test_publications_are_shown_and_exported_by_unit_and_by_column(newsroom: Newsroom) -> None:
    for column in (newsroom.news, newsroom.news, newsroom.important):
        resource = newsroom.draft()
        place_resource(actor=newsroom.publisher, resource=resource, column=column, approve=True)
        publish_piece(actor=newsroom.publisher, review=newsroom.pass_all(newsroom.submit(resource)))
    library = newsroom.library
    assign_flow(actor=CLOCK, flow="single", scope="organization", scope_id=library.health.pk, reason="示范")
    record = replace(newsroom.make_record(owner=library.health), given_published_at=None)
    foreign = create_draft(actor=library.health_writer, record=record)
    assert foreign.working_version is not None
    approve_version(actor=library.health_reviewer, version=foreign.working_version)
    follow()
    education, health = library.education.name, library.health.name
    whole = sign_in(None, supervisor_of(newsroom, "s5"))
    assert [row[:3] for row in sheet_of(whole, "by=unit")[1:]] == [
        [education, "3", "3"], [health, "1", "0"], ["合计", "4", "3"],
    ]  # fmt: skip
    names = [f"{newsroom.site.name} · {one.name}" for one in (newsroom.news, newsroom.important)]
    assert [row[:3] for row in sheet_of(whole, "by=column")[1:]] == [
        [names[0], "0", "2"], [names[1], "0", "1"], ["合计", "0", "3"],
    ]  # fmt: skip
    for by in ("unit", "column"):
        shown = whole.get(f"{PAGE}?by={by}").content.decode()
        for name, *figures in sheet_of(whole, f"by={by}")[1:]:
            cells = "".join(f'<td class="number">{one}</td>' for one in figures)
            assert f'<th scope="row">{name}</th>{cells}' in shown


def test_a_page_reads_counters_only(newsroom: Newsroom, own: Person) -> None:
    publish(newsroom)
    follow()
    viewer = viewer_for(own)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        statistics(viewer, this_year())
    assert not [one for one in asked.captured_queries if 'rongshu_library_resource"' in one["sql"]]
    assert len(asked) <= 2


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-03-02T01:00", "2026-03-02T02:30", 90),  # Monday 9:00 to 10:30 in Beijing
        ("2026-03-02T03:30", "2026-03-02T06:30", 60),  # over noon
        ("2026-03-06T09:00", "2026-03-09T01:00", 60),  # Friday 17:00 to Monday 9:00
        ("2026-03-07T01:00", "2026-03-08T09:00", 0),  # a weekend
        ("2026-03-02T00:00", "2026-03-06T12:00", 5 * 420),
        ("2026-03-02T02:00", "2026-03-02T01:00", 0),
    ],
)
def test_office_hours_leave_out_nights_and_weekends(start: str, end: str, minutes: int) -> None:
    calendar = WorkingCalendar({}, frozenset({2026}))
    since, till = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (start, end))
    hours = [(time(8, 30), time(12)), (time(14), time(17, 30))]
    assert office_minutes(calendar, since, till, hours) == minutes


def test_office_hours_are_a_rule_of_each_organisation(newsroom: Newsroom) -> None:
    owner = newsroom.library.education.pk
    set_rule(
        "newsroom.office_hours", {"morning": "09:00-12:00", "afternoon": "13:00-18:00"},
        on=date(2021, 1, 1), source="示范市作息规定", organization_id=owner,
    )  # fmt: skip
    assert office_hours(owner) == [(time(9), time(12)), (time(13), time(18))]
    assert office_hours(None) == office_hours(newsroom.library.health.pk)
    assert office_hours(owner, on=date(2020, 6, 1)) == office_hours(None)
    calendar = WorkingCalendar({}, frozenset({2026}))
    start, end = (datetime(2026, 3, day, 4, tzinfo=UTC) for day in (2, 4))  # noon here, Monday to Wednesday
    assert office_minutes(calendar, start, end, office_hours(owner)) == 5 * 60 + 8 * 60 + 3 * 60
    set_rule("newsroom.office_hours", {"morning": "all day"}, on=date(2022, 1, 1), source="误填")
    with pytest.raises(OfficeHoursMalformed):
        office_hours(None)


def test_statistics_are_counted_anew_by_a_command(newsroom: Newsroom) -> None:
    publish_piece(actor=newsroom.publisher, review=newsroom.pass_all(newsroom.submit(newsroom.draft())))
    follow()
    before = sorted(DayCount.objects.values_list("measure", "count"))
    assert before
    Installation.objects.get_or_create(pk=1, defaults={"name": "示范平台"})
    DayCount.objects.all().delete()
    told = io.StringIO()
    call_command("statistics", "rebuild", "--as", newsroom.library.operator.handle, stdout=told)
    assert "已重新统计" in told.getvalue()
    assert sorted(DayCount.objects.values_list("measure", "count")) == before
    assert AuditRecord.objects.filter(action="statistics.rebuilt").count() == 1
    with pytest.raises(CommandRefused):
        call_command("statistics", "rebuild", "--as", newsroom.writer.handle)
    assert AuditRecord.objects.filter(action="statistics.rebuilt").count() == 1
