"""What a person may do where, and what nobody may give away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rongshu.accounts.actions.change_person import retire_person
from rongshu.accounts.actions.grant_role import grant_role, revoke_role
from rongshu.accounts.actions.open_account import open_account
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.errors import (
    GrantBeyondOwnPowers,
    HandleTaken,
    LoginNameTaken,
    MalformedGrant,
    UnknownRole,
)
from rongshu.accounts.models import Account, Person, Realm, Role, RoleGrant
from rongshu.accounts.queries import viewer_for
from rongshu.accounts.tests.conftest import Province
from rongshu.accounts.viewers import PUBLIC
from rongshu.foundation.audit import Clock
from rongshu.foundation.clock import now
from rongshu.foundation.errors import InvalidInput, NotAllowed
from rongshu.foundation.models import AuditRecord
from rongshu.organizations.models import Organization

CLOCK = Clock()


def test_an_organization_grant_reaches_subordinates_and_no_one_else(province: Province) -> None:
    grant_role(
        actor=CLOCK,
        person=province.clerk,
        role="editor",
        scope="organization",
        scope_id=province.education.id,
    )
    viewer = viewer_for(province.clerk)
    assert viewer.may("resource.write", organization_id=province.education.id)
    assert viewer.may("resource.write", organization_id=province.office.id)
    assert not viewer.may("resource.write", organization_id=province.health.id)
    assert not viewer.may("resource.write", organization_id=province.government.id)
    assert not viewer.may("resource.approve", organization_id=province.education.id)
    assert viewer.organization_ids == {province.education.id, province.office.id}
    assert not viewer.reads_everything
    assert viewer.reading_organization_ids == viewer.organization_ids


def test_a_unit_grant_reaches_the_unit_alone(province: Province) -> None:
    grant_role(
        actor=CLOCK, person=province.clerk, role="editor", scope="unit", scope_id=province.government.id
    )
    assert viewer_for(province.clerk).organization_ids == {province.government.id}


def test_grants_of_nested_scopes_add_up(province: Province) -> None:
    for role, of in (("editor", province.government), ("reviewer", province.education)):
        grant_role(actor=CLOCK, person=province.clerk, role=role, scope="organization", scope_id=of.id)
    viewer = viewer_for(province.clerk)
    assert viewer.may("resource.write", organization_id=province.office.id)
    assert viewer.may("resource.approve", organization_id=province.office.id)
    assert not viewer.may("resource.approve", organization_id=province.health.id)


def test_an_unknown_capability_is_a_programming_error(province: Province) -> None:
    with pytest.raises(ValueError, match=r"resource\.wirte"):
        viewer_for(province.clerk).may("resource.wirte")


def test_a_grant_ends_on_its_day_and_when_revoked(province: Province) -> None:
    past = now() - timedelta(days=2)
    grant_role(
        actor=CLOCK,
        person=province.clerk,
        role="editor",
        valid_from=past,
        valid_until=past + timedelta(days=1),
    )
    grant_role(actor=CLOCK, person=province.clerk, role="editor", valid_from=now() + timedelta(days=1))
    assert not viewer_for(province.clerk).may("resource.write")
    grant = grant_role(actor=CLOCK, person=province.clerk, role="editor")
    assert viewer_for(province.clerk).may("resource.write")
    revoke_role(actor=CLOCK, grant=grant, reason="调离")
    assert not viewer_for(province.clerk).may("resource.write")


def test_a_viewer_is_kept_and_changes_with_the_first_change(province: Province) -> None:
    clerk, education = province.clerk, province.education
    grant = grant_role(actor=CLOCK, person=clerk, role="editor", scope="organization", scope_id=education.id)
    viewer = viewer_for(clerk)
    assert viewer_for(clerk) is viewer

    Role.objects.filter(code="editor").update(capabilities=["resource.write", "review.first"])
    assert viewer_for(clerk).may("review.first", organization_id=education.id)
    below = Organization.objects.get(pk=province.health.id)
    below.path = f"{education.path}{below.pk}/"
    below.save()
    assert viewer_for(clerk).may("review.first", organization_id=below.id)
    RoleGrant.objects.filter(pk=grant.pk).update(revoked_at=now())
    assert not viewer_for(clerk).organization_ids
    Person.objects.filter(pk=clerk.pk).update(is_active=False)
    assert viewer_for(clerk) == PUBLIC


def test_a_kept_viewer_follows_the_dates_of_his_grants(province: Province) -> None:
    first, last = now() + timedelta(hours=1), now() + timedelta(hours=2)
    grant_role(actor=CLOCK, person=province.clerk, role="editor", valid_from=first, valid_until=last)
    just = timedelta(microseconds=1)
    for moment, is_writer in ((first - just, False), (first, True), (last - just, True), (last, False)):
        assert viewer_for(province.clerk, at=moment).may("resource.write") is is_writer
    assert not viewer_for(province.clerk).may("resource.write")


def test_granting_twice_grants_once(province: Province) -> None:
    first = grant_role(actor=CLOCK, person=province.clerk, role="editor")
    assert grant_role(actor=CLOCK, person=province.clerk, role="editor") == first
    assert RoleGrant.objects.count() == 1


def test_who_left_office_is_the_public(province: Province) -> None:
    grant_role(actor=CLOCK, person=province.clerk, role="operator")
    retire_person(actor=CLOCK, person=province.clerk, reason="退休")
    assert viewer_for(province.clerk) == PUBLIC


@pytest.mark.parametrize("role", ["operator", "auditor", "organization-administrator"])
def test_a_manager_gives_no_powers_beyond_his_own(province: Province, role: str) -> None:
    manager = register_person(
        actor=CLOCK, name="机构管理员", handle="manager", organization=province.education
    )
    grant_role(
        actor=CLOCK,
        person=manager,
        role="organization-administrator",
        scope="organization",
        scope_id=province.education.id,
    )
    before = list(RoleGrant.objects.values_list("id", flat=True))
    with pytest.raises(GrantBeyondOwnPowers):
        grant_role(actor=manager, person=province.clerk, role=role)
    with pytest.raises(GrantBeyondOwnPowers):
        grant_role(
            actor=manager,
            person=province.clerk,
            role="editor",
            scope="organization",
            scope_id=province.health.id,
        )
    assert list(RoleGrant.objects.values_list("id", flat=True)) == before
    given = grant_role(
        actor=manager, person=province.clerk, role="reviewer", scope="unit", scope_id=province.office.id
    )
    assert given.granted_by_id == manager.id


def test_an_editor_grants_nothing(province: Province) -> None:
    grant_role(actor=CLOCK, person=province.clerk, role="editor")
    with pytest.raises(NotAllowed):
        grant_role(actor=province.clerk, person=province.clerk, role="operator")
    assert RoleGrant.objects.count() == 1


@pytest.mark.parametrize(
    ("role", "scope", "named", "error"),
    [
        ("no-such-role", "platform", False, UnknownRole),
        ("editor", "platform", True, MalformedGrant),
        ("editor", "site", False, MalformedGrant),
        ("editor", "universe", True, MalformedGrant),
    ],
)
def test_a_malformed_grant_is_refused(
    province: Province, role: str, scope: str, named: bool, error: type[Exception]
) -> None:
    scope_id = province.education.id if named else None
    with pytest.raises(error):
        grant_role(actor=CLOCK, person=province.clerk, role=role, scope=scope, scope_id=scope_id)
    assert not RoleGrant.objects.exists()


def test_a_handle_is_given_once(province: Province) -> None:
    with pytest.raises(HandleTaken):
        register_person(actor=CLOCK, name="另一人", handle="clerk")
    with pytest.raises(InvalidInput) as refused:
        register_person(actor=CLOCK, name=" ", handle="Not OK")
    assert set(refused.value.fields) == {"name", "handle"}
    assert Person.objects.count() == 1


def test_a_login_name_is_unique_within_its_realm_only(province: Province) -> None:
    for realm in Realm.values:
        open_account(
            actor=CLOCK, person=province.clerk, realm=realm, login_name="zhang", password="正确 马 电池"
        )
    with pytest.raises(LoginNameTaken):
        open_account(actor=CLOCK, person=province.clerk, realm=Realm.STAFF, login_name="zhang")
    assert Account.objects.count() == 2
    assert Account.objects.get(realm=Realm.STAFF).check_password("正确 马 电池")


def test_every_deed_is_audited(province: Province) -> None:
    grant_role(actor=CLOCK, person=province.clerk, role="editor")
    actions = list(AuditRecord.objects.order_by("id").values_list("action", flat=True))
    assert actions[-2:] == ["person.registered", "role.granted"]
