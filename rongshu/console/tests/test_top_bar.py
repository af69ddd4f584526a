"""The bar at the top: narrowing the lists to a unit or site, finding by words, and what waits."""

from __future__ import annotations

import pytest

from rongshu.accounts.actions.grant_role import grant_role, revoke_role
from rongshu.accounts.models import Person
from rongshu.accounts.queries import viewer_for
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.console.models import Preference
from rongshu.console.tests.conftest import Province
from rongshu.console.working_place import get_place_for
from rongshu.foundation.audit import Clock
from rongshu.foundation.errors import NotFound

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


def _people(client: ConsoleClient) -> str:
    return client.get("/people").content.decode()


def test_lists_are_narrowed_to_a_unit_until_it_is_taken_back(
    page: ConsoleClient, province: Province, operator: Person
) -> None:
    assert "卫生科员" in _people(page)
    page.post("/-/place", {"place": f"organization:{province.education.pk}", "next": "/people"})
    narrowed = _people(page)
    assert "教育科员" in narrowed
    assert "卫生科员" not in narrowed
    assert "只显示“示范省教育厅”的内容" in narrowed
    assert "卫生科员" not in page.get("/people?format=csv").getvalue().decode()
    below = page.get("/organizations").content.decode()
    assert "示范省教育考试院" in below
    assert "示范省卫生健康委员会" not in below[below.index("<tbody>") :]
    assert "只显示“" not in page.get("/audit").content.decode()  # the log knows no units
    page.post("/-/place", {"place": "", "next": "/people"})
    assert "卫生科员" in _people(page)
    assert Preference.objects.get(person=operator).place_id is None


def test_the_looks_and_the_place_are_kept_side_by_side(page: ConsoleClient, province: Province) -> None:
    page.post("/-/theme", {"theme": "dark"})
    page.post("/-/place", {"place": f"organization:{province.education.pk}"})
    text = page.get("/").content.decode()
    assert 'data-theme="dark"' in text
    assert "单位和站点：示范省教育厅" in text


def test_a_foreign_place_is_neither_offered_nor_taken(province: Province) -> None:
    manager = sign_in(ConsoleClient(), province.manager)
    offered = manager.get("/places", headers=PART).content.decode()
    assert "示范省教育考试院" in offered
    assert "示范省卫生健康委员会" not in offered
    for wish in (f"organization:{province.health.pk}", "organization:x", "planet:1", "site:"):
        assert manager.post("/-/place", {"place": wish}).status_code == 404, wish
    assert not Preference.objects.exists()


def test_a_place_that_is_his_no_more_narrows_nothing(province: Province) -> None:
    stranger = province.stranger
    grant = grant_role(
        actor=Clock(), person=stranger, role="organization-administrator", scope="organization",
        scope_id=province.education.pk,
    )  # fmt: skip
    grant_role(
        actor=Clock(), person=stranger, role="organization-administrator", scope="organization",
        scope_id=province.health.pk,
    )  # fmt: skip
    sign_in(ConsoleClient(), stranger).post("/-/place", {"place": f"organization:{province.education.pk}"})
    revoke_role(actor=Clock(), grant=grant)
    text = _people(sign_in(ConsoleClient(), stranger))
    assert "只显示“" not in text
    assert "卫生科员" in text


def test_everyone_finds_what_he_may_open_and_nothing_else(page: ConsoleClient, province: Province) -> None:
    found = page.get("/find?q=教育").content.decode()
    assert "教育科员" in found
    assert "示范省教育考试院" in found
    manager = sign_in(ConsoleClient(), province.manager)
    assert "教育科员" in manager.get("/find?q=科员").content.decode()
    assert "卫生科员" not in manager.get("/find?q=科员").content.decode()
    clerk = sign_in(ConsoleClient(), province.clerk)
    for words in ("科员", "教育", "人员", "审计"):
        assert "没有找到" in clerk.get("/find", {"q": words}).content.decode(), words


def test_functions_are_found_by_their_names(page: ConsoleClient) -> None:
    part = page.get("/find?q=审计", headers=PART).content.decode()
    assert 'href="/audit"' in part
    assert "<html" not in part
    assert "<b>" not in page.get("/find?q=<b>x</b>").content.decode()
    assert page.get("/find?q=", headers=PART).content.decode().strip() == ""


def test_what_waits_is_told_in_the_bar(page: ConsoleClient) -> None:
    assert "没有等您处理的事项" in page.get("/-/waiting", headers=PART).content.decode()
    assert page.get("/-/waiting")["Location"] == "/"


def test_a_place_of_no_known_kind_is_not_found(province: Province) -> None:
    with pytest.raises(NotFound):
        get_place_for(viewer_for(province.manager), "planet", province.education.pk)
