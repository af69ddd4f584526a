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
from rongshu.console.menu import entries, menu_for, named_entries
from rongshu.console.testing import CONSOLE_URLS
from rongshu.foundation.audit import Clock
from rongshu.foundation.models import EventStream, Installation
from rongshu.library.actions.seed_standard import seed_standard
from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.actions.register_region import register_region
from rongshu.organizations.credit_code import demonstration_credit_code
from rongshu.organizations.models import Organization

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("console_client")]
ROLES = [role.code for role in BUILT_IN_ROLES]
# The sixteen functions of a platform (国办函〔2018〕71号), by an entry of the menu that serves each.
FUNCTIONS = {
    "站点管理": "sites",
    "栏目管理": "column-monitor",
    "资源管理": "library-resources",
    "权限管理": "console-people",
    "内容发布": "newsroom-pieces",
    "统一身份认证": "console-sign-ins",
    "运维监控": "status",
    "统计分析": "newsroom-statistics",
    "安全防护": "console-audit",
    "站内搜索": "search-words",
}
# What the menu leads to nowhere yet: P1-02 is met when this is empty.
MISSING = ("互动交流", "用户注册", "投诉举报", "评价监督", "个性定制", "内容推送")

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
    assert {reverse(name) for name in FUNCTIONS.values()} <= urls
    assert {reverse(entry.url_name) for entry in entries() if entry.url_name not in BESIDE_OTHERS} == urls


def test_each_of_the_sixteen_functions_is_in_the_menu_or_named_as_missing() -> None:
    assert len({*FUNCTIONS, *MISSING}) == len(FUNCTIONS) + len(MISSING) == 16
    assert {*FUNCTIONS.values()} <= {one.url_name for one in entries()}


def test_who_holds_no_role_sees_his_day_and_nothing_else(unit: Organization) -> None:
    person = register_person(actor=Clock(), name="示范新人", handle="nobody", organization=unit)
    assert [one.label for one in named_entries(viewer_for(person))] == ["工作台"]
