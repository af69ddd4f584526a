"""三员分立, delegated administration, and who may hand out or take over what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from rongshu.accounts.actions.change_person import retire_person
from rongshu.accounts.actions.define_role import define_role
from rongshu.accounts.actions.enrol import enrol
from rongshu.accounts.actions.grant_role import grant_role, revoke_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.capabilities import BUILT_IN_ROLES, CONTENT, SEPARATED_ROLES, expanded
from rongshu.accounts.errors import EnrolmentSpent, GrantBeyondOwnPowers, GrantToOneself, RolesKeptApart
from rongshu.accounts.models import Person, Role, RoleGrant
from rongshu.accounts.permissions import may_handle_credentials
from rongshu.accounts.queries import live_enrolment, viewer_for
from rongshu.accounts.tests.conftest import Province
from rongshu.foundation.audit import Clock
from rongshu.foundation.clock import now
from rongshu.foundation.errors import NotAllowed

CLOCK = Clock()
PAIRS = [(one, other) for one in SEPARATED_ROLES for other in (*SEPARATED_ROLES, "operator") if one != other]


@pytest.fixture
def manager(province: Province) -> Person:
    person = register_person(
        actor=CLOCK, name="机构管理员", handle="manager", organization=province.education
    )
    grant_role(
        actor=CLOCK,
        person=person,
        role="organization-administrator",
        scope="organization",
        scope_id=province.education.id,
    )
    return person


@pytest.mark.requirement("P3-04")
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_nobody_holds_two_of_the_three(province: Province, one: str, other: str) -> None:
    first = grant_role(actor=CLOCK, person=province.clerk, role=one)
    with pytest.raises(RolesKeptApart):
        grant_role(actor=CLOCK, person=province.clerk, role=other)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(person=province.clerk, role_id=other, scope="platform")
    assert RoleGrant.objects.count() == 1
    revoke_role(actor=CLOCK, grant=first, reason="轮岗")
    assert grant_role(actor=CLOCK, person=province.clerk, role=other).role_id == other
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.filter(pk=first.pk).update(revoked_at=None)


def test_one_office_may_follow_the_other(province: Province) -> None:
    handover = now() + timedelta(days=10)
    one, other = SEPARATED_ROLES[:2]
    RoleGrant.objects.create(
        person=province.clerk, role_id=one, scope="platform", valid_from=now(), valid_until=handover
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(
            person=province.clerk, role_id=other, scope="platform", valid_from=handover - timedelta(hours=1)
        )
    RoleGrant.objects.create(
        person=province.clerk, role_id=other, scope="platform", valid_from=handover + timedelta(hours=1)
    )


@pytest.mark.requirement("P3-04")
@pytest.mark.parametrize("role", SEPARATED_ROLES)
def test_the_three_read_no_drafts(province: Province, role: str) -> None:
    grant_role(actor=CLOCK, person=province.clerk, role=role)
    viewer = viewer_for(province.clerk)
    assert not viewer.reads_everything
    assert not viewer.may("resource.read")
    assert not viewer.on_platform & CONTENT
    with pytest.raises(IntegrityError), transaction.atomic():
        Role.objects.filter(pk=role).update(capabilities=["audit.read", "resource.read"])


@pytest.mark.parametrize("role", [role for role in BUILT_IN_ROLES if set(role.capabilities) & CONTENT])
def test_who_works_on_content_reads_it(role: object) -> None:
    assert "resource.read" in expanded(role.capabilities)  # type: ignore[attr-defined]


def test_no_own_role_joins_running_and_auditing(province: Province) -> None:
    grant_role(actor=CLOCK, person=province.clerk, role="operator")
    with pytest.raises(RolesKeptApart):
        define_role(
            actor=province.clerk, code="all", name="全能", capabilities=["platform.operate", "audit.read"]
        )
    assert not Role.objects.filter(pk="all").exists()


def test_a_manager_gives_himself_nothing(province: Province, manager: Person) -> None:
    with pytest.raises(GrantToOneself):
        grant_role(actor=manager, person=manager, role="editor", scope="unit", scope_id=province.office.id)
    assert manager.grants.count() == 1


def test_a_manager_takes_back_what_he_may_give_only(province: Province, manager: Person) -> None:
    above = grant_role(actor=CLOCK, person=province.clerk, role="audit-administrator")
    with pytest.raises(GrantBeyondOwnPowers):
        revoke_role(actor=manager, grant=above)
    above.refresh_from_db()
    assert above.revoked_at is None


@pytest.mark.requirement("P3-04")
def test_who_holds_more_is_out_of_a_managers_reach(province: Province, manager: Person) -> None:
    grant_role(actor=CLOCK, person=province.clerk, role="editor", scope="unit", scope_id=province.office.id)
    assert may_handle_credentials(viewer_for(manager), province.clerk)
    grant_role(actor=CLOCK, person=province.clerk, role="editor", scope="unit", scope_id=province.health.id)
    assert not may_handle_credentials(viewer_for(manager), province.clerk)


@pytest.fixture
def administrator(province: Province) -> Person:
    """Return somebody who operates the platform and manages no persons."""
    person = register_person(actor=CLOCK, name="系统管理员", handle="administrator")
    grant_role(actor=CLOCK, person=person, role="platform-administrator")
    return person


@pytest.mark.parametrize("power", ["person.manage", "session.manage", "audit.read", "resource.purge"])
def test_nobody_defines_a_role_with_powers_he_lacks(
    province: Province, administrator: Person, power: str
) -> None:
    with pytest.raises(GrantBeyondOwnPowers):
        define_role(actor=administrator, code="own", name="自定义", capabilities=["site.manage", power])
    assert not Role.objects.filter(pk="own").exists()
    define_role(actor=administrator, code="own", name="自定义", capabilities=["site.manage"])
    with pytest.raises(GrantBeyondOwnPowers):
        define_role(actor=administrator, code="own", name="自定义", capabilities=["site.manage", power])
    assert Role.objects.get(pk="own").capabilities == ["site.manage"]


def test_nobody_changes_a_role_he_holds(province: Province, administrator: Person) -> None:
    define_role(actor=administrator, code="own", name="自定义", capabilities=["site.manage"])
    grant_role(actor=CLOCK, person=administrator, role="own")
    with pytest.raises(GrantToOneself):
        define_role(actor=administrator, code="own", name="自定义", capabilities=["resource.approve"])
    assert Role.objects.get(pk="own").capabilities == ["site.manage"]


@pytest.mark.requirement("P3-04")
def test_a_changed_role_joins_no_powers_of_its_present_holders(province: Province) -> None:
    operator = register_person(actor=CLOCK, name="运维", handle="operator-2")
    grant_role(actor=CLOCK, person=operator, role="operator")
    joined = ["site.manage", "platform.operate"]
    define_role(actor=operator, code="own", name="自定义", capabilities=["site.manage"])
    grant_role(actor=CLOCK, person=province.clerk, role="audit-administrator")
    held = grant_role(actor=CLOCK, person=province.clerk, role="own")
    with pytest.raises(RolesKeptApart):
        define_role(
            actor=operator, code="own", name="自定义", capabilities=["site.manage", "platform.operate"]
        )
    assert Role.objects.get(pk="own").capabilities == ["site.manage"]
    revoke_role(actor=CLOCK, grant=held, reason="分离")
    define_role(actor=operator, code="own", name="自定义", capabilities=joined)
    with pytest.raises(RolesKeptApart):
        grant_role(actor=CLOCK, person=province.clerk, role="own")


def test_a_manager_retires_only_whom_he_could_appoint(province: Province, manager: Person) -> None:
    grant_role(actor=CLOCK, person=province.clerk, role="audit-administrator")
    with pytest.raises(NotAllowed):
        retire_person(actor=manager, person=province.clerk, reason="调离")
    province.clerk.refresh_from_db()
    assert province.clerk.is_active
    assert province.clerk.grants.filter(revoked_at__isnull=True).count() == 1


def test_administrative_powers_are_not_handed_on_beyond_ones_own(province: Province) -> None:
    ends = now() + timedelta(days=30)
    deputy = register_person(actor=CLOCK, name="代管", handle="deputy", organization=province.education)
    where: dict[str, Any] = {"scope": "organization", "scope_id": province.education.id}
    grant_role(actor=CLOCK, person=deputy, role="organization-administrator", valid_until=ends, **where)
    for later in (None, ends + timedelta(days=1)):
        with pytest.raises(GrantBeyondOwnPowers):
            grant_role(
                actor=deputy,
                person=province.clerk,
                role="organization-administrator",
                valid_until=later,
                **where,
            )
    assert not province.clerk.grants.exists()
    grant_role(
        actor=deputy, person=province.clerk, role="organization-administrator", valid_until=ends, **where
    )
    # Work, unlike powers over persons, goes on when he who gave it has gone.
    grant_role(actor=deputy, person=province.clerk, role="editor", **where)


def test_a_link_is_void_once_its_giver_could_not_give_it(province: Province, manager: Person) -> None:
    link = enrol(actor=manager, person=province.clerk)
    assert live_enrolment(link.token).account.person == province.clerk
    grant_role(actor=CLOCK, person=province.clerk, role="audit-administrator")
    with pytest.raises(EnrolmentSpent):
        live_enrolment(link.token)


@pytest.mark.parametrize("powers", [("platform.operate", "person.manage"), ("person.manage", "audit.read")])
def test_no_own_role_joins_two_of_the_three(province: Province, powers: tuple[str, str]) -> None:
    grant_role(actor=CLOCK, person=province.clerk, role="operator")
    with pytest.raises(RolesKeptApart):
        define_role(actor=province.clerk, code="two", name="两员", capabilities=powers)
    assert not Role.objects.filter(pk="two").exists()


def test_an_auditor_by_another_role_neither_operates_nor_manages_persons(
    province: Province, administrator: Person
) -> None:
    with pytest.raises(RolesKeptApart):
        grant_role(actor=CLOCK, person=administrator, role="auditor")
    assert administrator.grants.count() == 1
