"""Rules of automatic columns in the console: made, looked at, signed level by level, stopped."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.models import Person
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.foundation.audit import Clock
from rongshu.foundation.errors import NotAllowed
from rongshu.library.models import Approval
from rongshu.newsroom.actions.assign_flow import assign_flow
from rongshu.sites.actions.sign_selection import sign_selection
from rongshu.sites.models import ColumnSelection
from rongshu.sites.queries import placements_showing
from rongshu.sites.tests.conftest import City

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("console_client")]


def _reviewer(city: City, role: str) -> Person:
    person = register_person(
        actor=Clock(), name=f"示范{role}", handle=f"own-{role}", organization=city.government
    )
    grant_role(actor=Clock(), person=person, role=role, scope="site", scope_id=city.portal.pk)
    return person


def _client(person: Person) -> ConsoleClient:
    return sign_in(ConsoleClient(), person)


def _make(city: City, **given: Any) -> Any:
    address = reverse("column-selection-new", args=[city.portal.slug, city.news.pk])
    return _client(city.portal_editor).post(address, {"owners": city.bureau.name, **given})


def test_a_rule_is_made_and_fills_the_column(city: City) -> None:
    wanted = city.effective(city.bureau)
    city.effective(city.government)
    answer = _make(city)
    rule = ColumnSelection.objects.get()
    assert answer["Location"] == reverse("column-selection", args=[rule.pk])
    text = _client(city.portal_editor).get(answer["Location"]).content.decode()
    assert "机构：示范市教育局" in text
    assert "（1 条）" in text
    assert rule.query == {"owners": [city.bureau.credit_code]}
    city.follow()
    assert set(placements_showing(city.news).values_list("resource_id", flat=True)) == {wanted.pk}


def test_a_rule_without_owners_is_refused_at_its_field(city: City) -> None:
    answer = _make(city, owners="示范市没有的局")
    assert answer.status_code == 422
    assert "没有名为" in answer.content.decode()
    assert not ColumnSelection.objects.exists()


@pytest.mark.requirement("P7-02")
def test_a_rule_is_signed_at_every_level_of_the_columns_route(city: City) -> None:
    assign_flow(actor=Clock(), flow="two-reviews", scope="column", scope_id=city.news.pk, reason="重要栏目")
    city.effective(city.bureau)
    _make(city)
    rule = ColumnSelection.objects.get()
    assert rule.approval_id is None
    page, sign = (reverse(name, args=[rule.pk]) for name in ("column-selection", "column-selection-sign"))
    first, final = _reviewer(city, "first-reviewer"), _reviewer(city, "final-reviewer")
    assert _client(final).post(sign, {"comment": ""}).status_code == 403
    assert "待批准的归集规则" in _client(first).get("/").content.decode()
    assert _client(first).post(sign, {"comment": "规则无误"}).status_code == 302
    with pytest.raises(NotAllowed):
        sign_selection(actor=first, selection=rule)
    city.follow()
    assert not placements_showing(city.news).exists()
    assert "等待批准" in _client(final).get(page).content.decode()
    _client(final).post(sign, {"comment": ""})
    rule.refresh_from_db()
    assert rule.approval is not None
    assert (rule.approval.outcome, rule.approval.signatures.count()) == ("approved", 2)
    city.follow()
    assert placements_showing(city.news).count() == 1


def test_a_rule_is_stopped_with_a_reason(city: City) -> None:
    city.effective(city.bureau)
    _make(city)
    rule = ColumnSelection.objects.get()
    stop = reverse("column-selection-stop", args=[rule.pk])
    assert _client(city.portal_editor).post(stop, {"reason": ""}).status_code == 422
    _client(city.portal_editor).post(stop, {"reason": "改为人工"})
    rule.refresh_from_db()
    assert not rule.is_active
    assert "已停用" in _client(city.portal_editor).get(reverse("column-selections")).content.decode()


def test_a_rule_of_others_is_not_there(city: City) -> None:
    _make(city)
    rule = ColumnSelection.objects.get()
    client = _client(city.bureau_editor)
    assert city.news.name not in client.get(reverse("column-selections")).content.decode()
    for name in ("column-selection", "column-selection-sign", "column-selection-stop"):
        assert client.get(reverse(name, args=[rule.pk])).status_code == 404
        assert client.post(reverse(name, args=[rule.pk]), {"reason": "x"}).status_code in {404, 405}
    rule.refresh_from_db()
    assert rule.is_active
    assert not Approval.objects.filter(outcome="pending").exists()
