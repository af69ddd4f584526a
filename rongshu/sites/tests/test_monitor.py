"""The column monitor: idle days against each column's own limit, and an alarm in time (P5-07)."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from rongshu.accounts.queries import viewer_for
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.foundation import clock
from rongshu.foundation.models import Installation
from rongshu.sites.actions.change_column import change_column
from rongshu.sites.actions.create_column import create_column
from rongshu.sites.actions.move_placement import remove_placement
from rongshu.sites.actions.place_resource import place_resource
from rongshu.sites.models import Column, Placement
from rongshu.sites.queries.monitor import days_of_warning, idle_columns
from rongshu.sites.tests.conftest import City
from rongshu.sites.tests.test_screens import online

pytestmark = pytest.mark.requirement("P5-07")


def newest(city: City, column: Column, days_ago: int) -> Placement:
    """Let the newest entry of a column be so many days old."""
    day = clock.today() - timedelta(days=days_ago)
    moment = timezone.make_aware(datetime.combine(day, time(9, 30)))
    Column.objects.filter(pk=column.pk).update(created_at=moment - timedelta(days=400))
    resource = city.make_effective(city.resource(column.site.sponsor), moment)
    return place_resource(actor=city.operator, resource=resource, column=column, approve=True)


@pytest.fixture
def town(city: City) -> City:
    """Two sites online, whose three news columns had something new today."""
    online(city)
    for column in (city.news, city.notices, city.bureau_news):
        newest(city, column, 0)
    return city


def alarms(city: City) -> dict[str, int]:
    return {each.column.path: each.days_left for each in idle_columns(viewer_for(city.portal_editor))}


def test_the_alarm_comes_at_least_three_days_before_a_breach(town: City) -> None:
    limit = town.news.max_idle_days
    assert (limit, days_of_warning()) == (14, 3)
    Placement.objects.filter(column=town.news).delete()
    for days_ago in range(9, 17):
        placement = newest(town, town.news, days_ago)
        found = idle_columns(viewer_for(town.portal_editor))
        days_to_breach = limit + 1 - days_ago
        assert [each.column for each in found] == ([town.news] if days_to_breach <= 4 else []), days_ago
        for each in found:
            assert each.idle_days == days_ago
            assert each.is_breached == (days_ago > limit)
            assert (each.breaches_on - clock.today()).days == days_to_breach
        Placement.objects.filter(pk=placement.pk).delete()


def test_each_column_has_a_limit_of_its_own(town: City) -> None:
    Placement.objects.filter(column__site=town.portal).delete()
    newest(town, town.news, 20)
    newest(town, town.notices, 20)
    assert alarms(town) == {"/news/": -6, "/notices/": -6}
    change_column(actor=town.operator, column=town.notices, max_idle_days=180)
    assert alarms(town) == {"/news/": -6}
    newest(town, town.news, 0)
    assert alarms(town) == {}


def test_what_readers_do_not_see_renews_nothing(town: City) -> None:
    Placement.objects.filter(column=town.news).delete()
    newest(town, town.news, 20)
    fresh = newest(town, town.news, 0)
    assert alarms(town) == {}
    remove_placement(actor=town.operator, placement=fresh)
    assert alarms(town) == {"/news/": -6}


def test_an_empty_column_counts_from_the_day_it_was_made(town: City) -> None:
    column = create_column(
        actor=town.operator, site=town.portal, slug="gs", name="公示", type="通知公告", update_class="news"
    )
    assert alarms(town) == {}
    Column.objects.filter(pk=column.pk).update(created_at=clock.now() - timedelta(days=30))
    found = idle_columns(viewer_for(town.portal_editor))
    assert [(each.column.path, each.last_on) for each in found] == [("/gs/", None)]


def test_below_and_still_columns(town: City) -> None:
    below = create_column(
        actor=town.operator, site=town.portal, slug="local", name="地方", type="工作动态",
        parent=town.news, update_class="news",
    )  # fmt: skip
    Placement.objects.filter(column=town.news).delete()
    newest(town, town.news, 30)
    newest(town, below, 1)
    assert alarms(town) == {}, "what appears below a column renews it"
    Placement.objects.filter(column=below).delete()
    newest(town, below, 30)
    assert set(alarms(town)) == {"/news/", "/news/local/"}
    Placement.objects.filter(column=town.news).delete()
    assert set(alarms(town)) == {"/news/local/"}, "a column that only gathers is watched by those below"
    change_column(actor=town.operator, column=below, update_class="static")
    assert alarms(town) == {}


def test_a_person_is_told_of_his_own_columns_only(town: City, console_client: ConsoleClient) -> None:
    Installation.objects.create(pk=1, name="示范平台")
    Placement.objects.all().delete()
    newest(town, town.news, 20)
    newest(town, town.bureau_news, 20)
    client = sign_in(console_client, town.bureau_editor)
    day, page = (client.get(reverse(name)).content.decode() for name in ("my-day", "column-monitor"))
    for text in (day, page):
        assert town.bureau_news.name in text
        assert town.news.name not in text
    assert "已超期 6 天" in day
    assert "超期 6 天" in page
