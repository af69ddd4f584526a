"""The file of the demo's sites is sound, and every department has the people a piece needs on its way."""

from __future__ import annotations

from typing import Any

import pytest

from rongshu.accounts.models import Person
from rongshu.accounts.queries import grants_in_force, recorded_operator, viewer_for
from rongshu.library.routes import owner_route
from rongshu.project.demo.running import SITES, follow_three_reviews
from rongshu.project.setting_up import _install
from rongshu.sites.actions.apply_file import apply_file
from rongshu.sites.models import Site
from rongshu.sites.queries.sites import sites_for

DEPARTMENTS = ("education", "ecology", "human-resources", "shifan-city", "yangli-city")
ROLES = {
    "admin": "site-administrator",
    "editor": "editor",
    "first": "first-reviewer",
    "second": "second-reviewer",
    "final": "final-reviewer",
    "proof": "proof-reader",
}


@pytest.mark.slow
@pytest.mark.django_db
def test_each_department_has_its_people_and_they_see_their_own_site(settings: Any) -> None:
    settings.DEMONSTRATION = True
    _install("示范平台", "示范运维", "operator", demonstration=True)
    apply_file(actor=recorded_operator(), text=SITES.read_text("utf-8"), name=SITES.name)
    for slug in DEPARTMENTS:
        site = Site.objects.get(slug=slug)
        for suffix, role in ROLES.items():
            person = Person.objects.get(handle=f"{slug}-{suffix}")
            assert person.organization == site.sponsor
            assert person.name.startswith(("示范", "样例"))
            assert [grant.role_id for grant in grants_in_force(person)] == [role]
            assert list(sites_for(viewer_for(person))) == [site], person.handle
    follow_three_reviews(recorded_operator())
    for slug in DEPARTMENTS:
        assert owner_route(Site.objects.get(slug=slug).sponsor_id).levels == 3
