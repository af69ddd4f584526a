"""The demo lets one person in for each role, by link, once."""

from __future__ import annotations

from rongshu.accounts.capabilities import BUILT_IN_ROLES
from rongshu.accounts.models import Enrolment
from rongshu.accounts.queries import grants_in_force
from rongshu.project.demo.persons import links_per_role
from rongshu.sites.tests.conftest import City, city  # noqa: F401 - a fixture of a neighbour


def test_each_role_has_a_person_and_a_link(city: City) -> None:  # noqa: F811
    links = list(links_per_role(city.operator, city.portal))
    assert [each.role for each in links] == [role.name for role in BUILT_IN_ROLES]
    for each, role in zip(links, BUILT_IN_ROLES, strict=True):
        assert [grant.role_id for grant in grants_in_force(each.person)] == [role.code]
    assert Enrolment.objects.filter(revoked_at__isnull=True).count() == len(BUILT_IN_ROLES)
    again = list(links_per_role(city.operator, city.portal))
    assert {each.person.pk for each in again} == {each.person.pk for each in links}
    assert Enrolment.objects.filter(revoked_at__isnull=True).count() == len(BUILT_IN_ROLES)
