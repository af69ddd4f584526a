"""What is counted of searches, what never is, and what comes out of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rongshu.accounts.queries import viewer_for
from rongshu.foundation import clock
from rongshu.foundation.errors import NotAllowed
from rongshu.foundation.identifiers import new_id
from rongshu.publishing.tests.world import World
from rongshu.search.actions.arrange_hot_words import arrange_hot_words
from rongshu.search.actions.keep_counts import KEPT_FOR, forget_counts, keep_counts, keep_due_counts
from rongshu.search.counting import COUNTS, Counts, counted_text
from rongshu.search.errors import TooManyHotWords
from rongshu.search.models import HotWord, QueryCount
from rongshu.search.queries.hot_words import read_hot_words, read_hot_words_of
from rongshu.search.queries.reports import Period, report


@pytest.mark.parametrize(
    "text",
    [
        "110101199003070011",
        "1101 0119 9003 0700 11",
        "查询 13800000000 的办件",
        "6222 0200 0000 0000 000",
        "0571-85000000",
        "someone@example.org",
        "https://example.org/x",
        "长" * 41,
        "？！。",
        "",
    ],
)
def test_what_may_name_a_person_is_not_counted(text: str) -> None:
    counts = Counts()
    counts.searched(new_id(), text, total=0)
    counts.opened(new_id(), text, "resource:x")
    assert counted_text(text) == ""
    assert counts.take() == {}


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("  公积金　提取 ", "公积金 提取"),
        ("国办发〔2017〕47号", "国办发〔2017〕47号"),
        ("ＧＪＪ", "gjj"),
        ("2024年 1号", "2024年 1号"),
    ],
)
def test_queries_are_counted_in_one_form(text: str, counted: str) -> None:
    assert counted_text(text) == counted


def test_counts_add_up_by_day_and_site(world: World) -> None:
    for total in (3, 0, 0):
        COUNTS.searched(world.portal.pk, "公积金", total=total)
    COUNTS.opened(world.portal.pk, "公积金", "resource:a")
    keep_due_counts()
    assert not QueryCount.objects.exists(), "not yet due: nothing is written while somebody waits"
    keep_counts(COUNTS.take())
    keep_counts({(world.portal.pk, "asked", "公积金", ""): 2})
    kept = dict(QueryCount.objects.filter(document="").values_list("kind", "count"))
    assert kept == {"asked": 5, "nothing": 2}
    assert QueryCount.objects.get(kind="opened").document == "resource:a"


def test_counts_of_a_site_that_is_gone_are_dropped(world: World) -> None:
    keep_counts({(new_id(), "asked", "公积金", ""): 1})
    assert not QueryCount.objects.exists()


def test_old_counts_are_forgotten(world: World) -> None:
    keep_counts({(world.portal.pk, "asked", "公积金", ""): 1, (world.portal.pk, "asked", "社保", ""): 1})
    QueryCount.objects.filter(text="社保").update(day=clock.today() - KEPT_FOR - timedelta(days=1))
    assert forget_counts() is False
    assert list(QueryCount.objects.values_list("text", flat=True)) == ["公积金"]


def test_hot_words_come_from_many_and_editors_have_the_last_word(world: World) -> None:
    site = world.portal.pk
    keep_counts(
        {
            (site, "asked", "公积金", ""): 30,
            (site, "asked", "居住证", ""): 20,
            (site, "asked", "谁的名字", ""): 4,
            (site, "asked", "找不到的", ""): 50,
            (site, "nothing", "找不到的", ""): 50,
        }
    )
    assert read_hot_words(site) == ("公积金", "居住证")
    arrange_hot_words(
        actor=world.operator, site=world.portal, shown=["高考报名", " 居住证 "], hidden=["公积金"]
    )
    assert read_hot_words(site) == ("高考报名", "居住证")
    assert read_hot_words(world.education.pk) == ()


def test_hot_words_of_many_sites_are_asked_once(world: World) -> None:
    sites = [world.portal.pk, world.education.pk]
    arrange_hot_words(actor=world.operator, site=world.education, shown=["学区"], hidden=["公积金"])
    keep_counts({(one, "asked", word, ""): 9 for one in sites for word in ("公积金", "居住证")})
    with CaptureQueriesContext(connection) as alone:
        assert read_hot_words(sites[1]) == ("学区", "居住证")
    with CaptureQueriesContext(connection) as together:
        words = read_hot_words_of(sites)
    assert words == {one: read_hot_words(one) for one in sites}
    assert words[sites[0]] == ("公积金", "居住证")
    assert len(together) == len(alone)


def test_hot_words_are_arranged_by_who_may(world: World) -> None:
    with pytest.raises(NotAllowed):
        arrange_hot_words(actor=world.library.writer, site=world.portal, shown=["公积金"], hidden=[])
    with pytest.raises(TooManyHotWords):
        arrange_hot_words(
            actor=world.operator, site=world.portal, shown=list("一二三四五六七八九"), hidden=[]
        )
    assert not HotWord.objects.exists()


def test_reports_say_what_is_hot_rising_fruitless_and_seldom_opened(world: World) -> None:
    site, other = world.portal.pk, world.education.pk
    keep_counts({(site, "asked", "公积金", ""): 40, (site, "asked", "居住证", ""): 5})
    QueryCount.objects.update(day=clock.today() - timedelta(days=7))
    keep_counts(
        {
            (site, "asked", "公积金", ""): 42,
            (site, "opened", "公积金", "resource:a"): 30,
            (site, "asked", "居住证", ""): 20,
            (site, "opened", "居住证", "resource:b"): 1,
            (other, "asked", "学区", ""): 6,
            (other, "nothing", "学区", ""): 6,
        }
    )
    today = clock.today()
    week, viewer = Period(today - timedelta(days=6), today), viewer_for(world.operator)

    def texts(kind: str) -> list[str]:
        return [line.text for line in report(viewer, kind, week)]

    assert texts("hot") == ["公积金", "居住证", "学区"]
    assert texts("rising") == ["居住证", "学区", "公积金"]
    assert texts("nothing") == ["学区"]
    assert texts("unopened") == ["居住证"]
    assert [one.text for one in report(viewer, "hot", week, other)] == ["学区"]


def test_reports_of_foreign_sites_are_empty(world: World) -> None:
    keep_counts({(world.portal.pk, "asked", "公积金", ""): 40})
    today = clock.today()
    assert report(viewer_for(world.library.writer), "hot", Period(today, today)) == []
