"""Creating, renaming, moving, merging, splitting and abolishing organisations; regions on demand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from rongshu.foundation.audit import Clock
from rongshu.foundation.errors import InvalidInput, NotAllowed
from rongshu.foundation.models import AuditRecord, Event
from rongshu.organizations import permissions
from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.actions.merge_organizations import (
    abolish_organization,
    merge_organizations,
    split_organization,
)
from rongshu.organizations.actions.move_organization import move_organization
from rongshu.organizations.actions.register_region import register_region
from rongshu.organizations.actions.rename_organization import rename_organization
from rongshu.organizations.credit_code import CreditCodeInvalid, demonstration_credit_code
from rongshu.organizations.errors import (
    CreditCodeTaken,
    OrganizationCircle,
    OrganizationHasSubordinates,
    OrganizationMalformed,
    OrganizationNotActive,
    UnknownOrganization,
)
from rongshu.organizations.models import Organization, Region
from rongshu.organizations.queries import name_on, organization_named, subtree_ids, successors

CLOCK = Clock()


@pytest.fixture
def root(db: None, settings: Any) -> Organization:
    """Return the government at the top of a fictitious province."""
    settings.DEMONSTRATION = True
    register_region(actor=CLOCK, code="990000", name="示范省")
    return make("示范省人民政府", 1)


def make(name: str, serial: int, parent: Organization | None = None, **elements: Any) -> Organization:
    """Return a new organisation."""
    return create_organization(
        actor=CLOCK,
        name=name,
        level="province",
        region=Region.objects.get(code="990000"),
        parent=parent,
        **{"credit_code": demonstration_credit_code("990000", serial), **elements},
    )


def test_a_subtree_moves_whole(root: Organization) -> None:
    education, health = make("示范省教育厅", 2, root), make("示范省卫生厅", 3, root)
    school = make("示范省教育考试院", 4, education)
    desk = make("示范省考试服务中心", 5, school)
    move_organization(actor=CLOCK, organization=school, parent=health)
    assert subtree_ids(education) == {education.id}
    assert subtree_ids(health) == {health.id, school.id, desk.id}
    desk.refresh_from_db()
    assert desk.path == f"/{root.id}/{health.id}/{school.id}/{desk.id}/"


def test_no_organization_stands_below_itself(root: Organization) -> None:
    education = make("示范省教育厅", 2, root)
    school = make("示范省教育考试院", 4, education)
    before = list(Organization.objects.order_by("id").values_list("path", "parent"))
    for parent in (education, school):
        with pytest.raises(OrganizationCircle):
            move_organization(actor=CLOCK, organization=education, parent=parent)
    assert list(Organization.objects.order_by("id").values_list("path", "parent")) == before


def test_a_former_name_still_finds_the_organization(root: Organization) -> None:
    office = make("示范省卫生厅", 2, root, since=date(2000, 1, 1))
    rename_organization(
        actor=CLOCK,
        organization=office,
        name="示范省卫生健康委员会",
        short_name="省卫健委",
        from_day=date(2018, 10, 1),
    )
    for name in ("示范省卫生厅", "示范省卫生健康委员会", "省卫健委", office.credit_code):
        assert organization_named(name) == office
    office.refresh_from_db()
    assert name_on(office, date(2018, 9, 30)) == "示范省卫生厅"
    assert name_on(office, date(2018, 10, 1)) == "示范省卫生健康委员会"
    assert Event.objects.filter(kind="OrganizationRenamed", subject_id=office.id).count() == 1


def test_merger_and_split_keep_who_became_whom(root: Organization) -> None:
    family, health = make("示范省计生委", 2, root), make("示范省卫生厅", 3, root)
    merged = make("示范省卫生计生委", 4, root)
    merge_organizations(
        actor=CLOCK, predecessors=[family, health], successor=merged, document="示编办〔2014〕1号"
    )
    left, right = make("示范省卫生健康委", 5, root), make("示范省医疗保障局", 6, root)
    split_organization(actor=CLOCK, organization=merged, successors=[left, right])
    family.refresh_from_db()
    assert family.status == "merged"
    assert set(successors(family)) == {left, right}
    with pytest.raises(OrganizationNotActive):
        rename_organization(actor=CLOCK, organization=family, name="示范省新机构")


def test_an_organization_with_subordinates_is_not_abolished(root: Organization) -> None:
    make("示范省教育厅", 2, root)
    audits = AuditRecord.objects.count()
    with pytest.raises(OrganizationHasSubordinates):
        abolish_organization(actor=CLOCK, organization=root)
    root.refresh_from_db()
    assert (root.status, root.closed_on, AuditRecord.objects.count()) == ("active", None, audits)


def test_a_merger_that_fails_half_way_merges_nothing(root: Organization) -> None:
    family, health = make("示范省计生委", 2, root), make("示范省卫生厅", 3, root)
    make("示范省卫生监督所", 4, health)
    with pytest.raises(OrganizationHasSubordinates):
        merge_organizations(actor=CLOCK, predecessors=[family, health], successor=root)
    family.refresh_from_db()
    assert (family.status, family.successions.count()) == ("active", 0)


@pytest.mark.parametrize(
    ("elements", "error"),
    [
        ({"credit_code": "11990000000000000X"}, CreditCodeInvalid),
        ({"credit_code": demonstration_credit_code("990000", 1)}, CreditCodeTaken),
        ({"name": " "}, OrganizationMalformed),
        ({"kind": "company"}, OrganizationMalformed),
    ],
)
def test_a_wrong_organization_is_refused(
    root: Organization, elements: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        make(**{"name": "示范省教育厅", "serial": 2, **elements})
    assert Organization.objects.count() == 1


def test_a_demonstration_code_is_for_demonstrations(root: Organization, settings: Any) -> None:
    settings.DEMONSTRATION = False
    with pytest.raises(InvalidInput):
        make("示范省教育厅", 2, root)
    with pytest.raises(InvalidInput):
        register_region(actor=CLOCK, code="990100", name="示范市")
    assert (Organization.objects.count(), Region.objects.count()) == (1, 1)


def test_a_region_brings_those_above_it(db: None) -> None:
    county = register_region(actor=CLOCK, code="130102")
    assert county.parent is not None
    assert county.parent.parent is not None
    assert [county.parent.code, county.parent.parent.code] == ["130100", "130000"]
    assert register_region(actor=CLOCK, code="130102") == county
    assert Region.objects.count() == 3


def test_an_unknown_name_is_not_guessed(root: Organization) -> None:
    with pytest.raises(UnknownOrganization):
        organization_named("示范省无此机构")


def test_nobody_manages_organizations_while_no_one_decides(
    root: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(permissions, "_decisions", [])
    with pytest.raises(NotAllowed):
        make("示范省教育厅", 2, root)
    assert Organization.objects.count() == 1
