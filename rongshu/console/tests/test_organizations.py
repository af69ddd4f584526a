"""Organisations at the console: the tree, its changes, and what is refused."""

from __future__ import annotations

import pytest

from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.console.tests.conftest import Province
from rongshu.organizations.credit_code import demonstration_credit_code
from rongshu.organizations.models import Organization, OrganizationName

pytestmark = pytest.mark.django_db


@pytest.fixture
def education(province: Province) -> ConsoleClient:
    return sign_in(ConsoleClient(), province.manager)


def _new(**changed: str) -> dict[str, str]:
    filled = {
        "name": "示范省教育信息中心", "short_name": "", "credit_code": demonstration_credit_code("990000", 9),
        "parent": "示范省教育厅", "kind": "institution", "level": "province", "region": "990000",
    }  # fmt: skip
    return {**filled, **changed}


def test_the_tree_holds_what_the_viewer_manages(education: ConsoleClient, province: Province) -> None:
    text = education.get("/organizations").content.decode()
    assert "示范省教育考试院" in text
    assert "示范省卫生健康委员会" not in text
    assert education.get(f"/organizations/{province.health.pk}").status_code == 404


def test_an_organization_is_found_under_its_former_name(page: ConsoleClient, province: Province) -> None:
    page.post(f"/organizations/{province.health.pk}/rename", {"name": "示范省卫生健康局"})
    assert OrganizationName.objects.filter(organization=province.health).count() == 2
    found = page.get("/organizations", {"q": "卫生健康委员会"}).content.decode()
    assert "示范省卫生健康局" in found
    assert "示范省教育厅" not in found


def test_an_organization_is_created_below_its_superior(education: ConsoleClient, province: Province) -> None:
    answer = education.post("/organizations/new", _new())
    made = Organization.objects.get(name="示范省教育信息中心")
    assert answer["Location"] == f"/organizations/{made.pk}"
    assert made.parent == province.education


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"credit_code": "123"}, "信用代码"),
        ({"region": "110108"}, "行政区划"),
        ({"parent": "示范省卫生健康委员会"}, "权限"),
        ({"parent": "没有的厅"}, "没有名为"),
    ],
)
def test_a_refused_organization_changes_nothing(
    education: ConsoleClient, province: Province, changed: dict[str, str], said: str
) -> None:
    answer = education.post("/organizations/new", _new(**changed))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Organization.objects.filter(name="示范省教育信息中心").exists()


def test_closing_waits_for_a_second_press_and_says_what_will_happen(
    page: ConsoleClient, province: Province
) -> None:
    path = f"/organizations/{province.office.pk}/abolish"
    assert "不能恢复" in page.get(path).content.decode()
    page.post(path, {"document": "示范文件"})
    province.office.refresh_from_db()
    assert province.office.status == "active"
    page.post(path, {"document": "示范文件", "confirmed": "yes"})
    province.office.refresh_from_db()
    assert province.office.status == "abolished"


def test_a_refused_closing_comes_back_with_the_reason(page: ConsoleClient, province: Province) -> None:
    path = f"/organizations/{province.education.pk}/abolish"
    answer = page.post(path, {"document": "示范文件", "confirmed": "yes"})
    assert answer.status_code == 422
    assert "仍有下级机构" in answer.content.decode()
    assert "示范文件" in answer.content.decode()
    province.education.refresh_from_db()
    assert province.education.status == "active"


def test_organizations_are_moved_merged_and_split(page: ConsoleClient, province: Province) -> None:
    office, health = province.office, province.health
    page.post(f"/organizations/{office.pk}/move", {"parent": health.name, "confirmed": "yes"})
    office.refresh_from_db()
    assert office.parent == health
    page.post(f"/organizations/{office.pk}/merge", {"successor": health.name, "confirmed": "yes"})
    office.refresh_from_db()
    assert office.status == "merged"
    names = f"{health.name}\n{province.government.name}"
    page.post(f"/organizations/{province.education.pk}/split", {"successors": names, "confirmed": "yes"})
    province.education.refresh_from_db()
    assert province.education.status == "split"
    history = page.get(f"/organizations/{office.pk}").content.decode()
    assert f"合并到“{health.name}”" in history


def test_a_foreign_organization_is_not_moved(education: ConsoleClient, province: Province) -> None:
    for deed in ("rename", "move", "merge", "split", "abolish"):
        path = f"/organizations/{province.health.pk}/{deed}"
        assert education.post(path, {"confirmed": "yes", "name": "改名"}).status_code == 404
    province.health.refresh_from_db()
    assert (province.health.name, province.health.status) == ("示范省卫生健康委员会", "active")
