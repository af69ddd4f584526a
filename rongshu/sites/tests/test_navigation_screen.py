"""The main navigation in the console, and the steps of opening a site."""

from __future__ import annotations

import pytest
from django.urls import reverse

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.foundation.audit import Clock
from rongshu.sites.queries import navigation
from rongshu.sites.tests.conftest import City

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("console_client")]


def _names(city: City) -> list[str]:
    return [one.name for one in navigation(city.portal)]


def test_columns_join_leave_and_change_places(city: City) -> None:
    client = sign_in(ConsoleClient(), city.portal_editor)
    change = reverse("site-change-navigation", args=[city.portal.slug])
    for column in (city.news, city.notices):
        client.post(change, {"deed": f"{column.pk}:drop"})
    assert _names(city) == []
    page = reverse("site-navigation", args=[city.portal.slug])
    assert "导航是空的" in client.get(page).content.decode()
    for column in (city.news, city.notices):
        client.post(change, {"deed": f"{column.pk}:add"})
    assert _names(city) == ["要闻", "通知公告"]
    client.post(change, {"deed": f"{city.notices.pk}:up"})
    assert _names(city) == ["通知公告", "要闻"]
    client.post(change, {"deed": f"{city.notices.pk}:down"})
    assert _names(city) == ["要闻", "通知公告"]
    client.post(change, {"deed": f"{city.news.pk}:up"})  # it is the first already
    assert _names(city) == ["要闻", "通知公告"]
    assert client.post(change, {"deed": "nonsense:up"}).status_code == 404


def test_the_navigation_of_others_is_not_there(city: City) -> None:
    before = _names(city)
    client = sign_in(ConsoleClient(), city.bureau_editor)
    assert client.get(reverse("site-navigation", args=[city.portal.slug])).status_code == 404
    change = reverse("site-change-navigation", args=[city.portal.slug])
    assert client.post(change, {"deed": f"{city.news.pk}:drop"}).status_code == 404
    own = reverse("site-change-navigation", args=[city.department.slug])
    assert client.post(own, {"deed": f"{city.news.pk}:drop"}).status_code == 404
    assert _names(city) == before


def test_who_keeps_one_site_is_not_offered_another(city: City) -> None:
    keeper = register_person(actor=Clock(), name="示范站管", handle="site-keeper")
    grant_role(actor=Clock(), person=keeper, role="site-administrator", scope="site", scope_id=city.portal.pk)
    client = sign_in(ConsoleClient(), keeper)
    assert "开办站点" not in client.get(reverse("sites")).content.decode()
    assert client.get(reverse("site-new")).status_code == 403
    assert "开办站点" in sign_in(ConsoleClient(), city.operator).get(reverse("sites")).content.decode()


def test_opening_a_site_names_the_next_step(city: City) -> None:
    client = sign_in(ConsoleClient(), city.operator)
    text = client.get(reverse("site", args=[city.portal.slug])).content.decode()
    assert "下一步：填写站点信息" in text
    assert reverse("site-step", args=[city.portal.slug, "approve-opening"]) in text
