"""One menu for the whole console: a person sees the functions he may use, and each of them opens."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.capabilities import BUILT_IN_ROLES, EXCLUSIVE_ROLES
from rongshu.accounts.models import Person
from rongshu.accounts.queries import viewer_for
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.console.functions import NAMES, functions_for
from rongshu.console.menu import entries, menu_for, named_entries
from rongshu.console.testing import CONSOLE_URLS
from rongshu.foundation.audit import Clock
from rongshu.foundation.models import EventStream, Installation
from rongshu.library.actions.seed_standard import seed_standard
from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.actions.register_region import register_region
from rongshu.organizations.credit_code import demonstration_credit_code
from rongshu.organizations.models import Organization
from rongshu.project.registering import SERVED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("console_client")]
ROLES = [role.code for role in BUILT_IN_ROLES]
# What no entry of the menu serves yet: P1-02 is met when this is empty.
MISSING = {"互动交流", "用户注册", "投诉举报", "评价监督", "个性定制", "内容推送"}

# The operator reaches these from a page beside them; the entry is for those who see nothing else there.
BESIDE_OTHERS = {"federation-reports"}


@pytest.fixture
def unit(db: None, settings: Any) -> Organization:
    settings.DEMONSTRATION = True
    settings.ROOT_URLCONF = CONSOLE_URLS
    Installation.objects.create(pk=1, name="示范平台")
    EventStream.objects.get_or_create(pk=1)
    seed_standard()
    region = register_region(actor=Clock(), code="990000", name="示范省")
    return create_organization(
        actor=Clock(),
        name="示范省教育厅",
        credit_code=demonstration_credit_code("990000", 2),
        level="province",
        region=region,
    )


def _person(unit: Organization, role: str) -> Person:
    person = register_person(actor=Clock(), name="示范人员", handle="somebody", organization=unit)
    if role in EXCLUSIVE_ROLES or role in {"supervisor", "auditor"}:
        grant_role(actor=Clock(), person=person, role=role)
    else:
        grant_role(actor=Clock(), person=person, role=role, scope="organization", scope_id=unit.pk)
    return person


@pytest.mark.parametrize("role", ROLES)
def test_every_function_shown_opens(unit: Organization, role: str) -> None:
    person = _person(unit, role)
    client = sign_in(ConsoleClient(), person)
    shown = [entry for section in menu_for(viewer_for(person), "/") for entry in section.entries]
    assert shown
    refused = {one.label: client.get(one.url, follow=True).status_code for one in shown}
    assert {label: status for label, status in refused.items() if status != 200} == {}


def test_the_operators_menu_holds_every_function_there_is(unit: Organization) -> None:
    person = _person(unit, "operator")
    urls = {one.url for one in named_entries(viewer_for(person))}
    assert {reverse(entry.url_name) for entry in entries() if entry.url_name not in BESIDE_OTHERS} == urls


@pytest.mark.requirement("P1-02", missing="、".join(sorted(MISSING)))
def test_one_page_leads_to_each_function_there_is_and_fakes_none(unit: Organization) -> None:
    person = _person(unit, "operator")
    shown = functions_for(viewer_for(person))
    assert {one.name for one in shown if not one.is_built} == MISSING
    assert all(one.entries for one in shown if one.is_built)
    client = sign_in(ConsoleClient(), person)
    text = client.get(reverse("console-functions")).content.decode()
    assert text.count("尚未提供") == len(MISSING)
    assert all(name in text for name in NAMES)
    assert {name for names in SERVED.values() for name in names} <= {one.url_name for one in entries()}


def test_the_page_of_functions_names_no_page_a_person_may_not_use(unit: Organization) -> None:
    shown = functions_for(viewer_for(_person(unit, "proof-reader")))
    assert len(shown) == 16
    own = {one.url for one in named_entries(viewer_for(Person.objects.get(handle="somebody")))}
    assert {entry.url for one in shown for entry in one.entries} <= own
    assert not next(one for one in shown if one.name == "权限管理").entries


def test_who_holds_no_role_sees_his_day_and_nothing_else(unit: Organization) -> None:
    person = register_person(actor=Clock(), name="示范新人", handle="nobody", organization=unit)
    assert [one.label for one in named_entries(viewer_for(person))] == ["工作台", "平台功能"]
