"""Mandates in the console: given for one source and one site, signed by each, revoked, nobody else's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.models import Person
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.foundation import clock
from rongshu.foundation.audit import Clock
from rongshu.foundation.models import AuditRecord
from rongshu.library.models import Mandate
from rongshu.library.queries.approvals import mandate_in_force
from rongshu.newsroom.actions.assign_flow import assign_flow
from rongshu.sites.tests.conftest import City

SOURCE = "https://old.example/"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("console_client")]


def _person(city: City, role: str) -> Person:
    person = register_person(
        actor=Clock(), name=f"示范{role}", handle=f"own-{role}", organization=city.government
    )
    grant_role(actor=Clock(), person=person, role=role, scope="organization", scope_id=city.government.pk)
    return person


def _client(person: Person) -> ConsoleClient:
    return sign_in(ConsoleClient(), person)


def _wish(*signers: Person, **changed: Any) -> dict[str, Any]:
    today = clock.today()
    chosen = {f"signer_{level}": str(one.pk) for level, one in enumerate(signers, start=1)}
    period = {"starts_on": str(today), "ends_on": str(today + timedelta(days=30))}
    return {"source": SOURCE, "reason": "示范方案批复", **period, **chosen, **changed}


def _holds(city: City) -> bool:
    return mandate_in_force(source=SOURCE, target_site_id=city.portal.pk) is not None


def test_a_mandate_holds_once_each_of_its_signers_has_signed(city: City) -> None:
    assign_flow(actor=Clock(), flow="two-reviews", scope="platform", way="batches", reason="示范办法")
    first, final = _person(city, "first-reviewer"), _person(city, "final-reviewer")
    keeper = _person(city, "organization-administrator")
    new = reverse("mandate-new", args=[city.portal.slug])
    assert "须有 2 级审核人" in _client(keeper).get(new).content.decode()
    assert _client(keeper).post(new, _wish(first)).status_code == 422
    assert _client(keeper).post(new, _wish(first, first)).status_code == 422
    assert _client(keeper).post(new, _wish(first, city.bureau_editor)).status_code == 422
    assert not Mandate.objects.exists()

    answer = _client(keeper).post(new, _wish(first, final))
    mandate = Mandate.objects.get()
    assert answer["Location"] == reverse("mandate", args=[mandate.pk])
    sign = reverse("mandate-sign", args=[mandate.pk])
    assert _client(keeper).post(sign, {"confirmed": "yes"}).status_code == 403
    assert not _holds(city)

    assert "待签署的委托" in _client(first).get("/").content.decode()
    assert "整批通过" in _client(first).post(sign).content.decode()
    assert _client(first).post(sign, {"confirmed": "yes"}).status_code == 302
    assert not _holds(city)
    assert "待签署" in _client(keeper).get(reverse("mandates")).content.decode()
    _client(final).post(sign, {"confirmed": "yes"})
    assert _holds(city)
    assert AuditRecord.objects.filter(action="mandate.signed").count() == 2


def test_a_signer_revokes_it_with_a_reason(city: City) -> None:
    new = reverse("mandate-new", args=[city.portal.slug])
    _client(city.portal_editor).post(new, _wish(city.portal_editor))
    mandate = Mandate.objects.get()
    assert _holds(city), "who gives it and is its signer has signed by giving it"
    revoke = reverse("mandate-revoke", args=[mandate.pk])
    client = _client(city.portal_editor)
    assert client.post(revoke, {"confirmed": "yes", "reason": ""}).status_code == 422
    assert _holds(city)
    client.post(revoke, {"confirmed": "yes", "reason": "方案变更"})
    assert not _holds(city)
    assert "已撤销" in client.get(reverse("site-mandates", args=[city.portal.slug])).content.decode()


def test_a_period_that_ends_before_it_begins_is_refused_at_its_field(city: City) -> None:
    new = reverse("mandate-new", args=[city.portal.slug])
    answer = _client(city.portal_editor).post(new, _wish(city.portal_editor, ends_on="2020-01-01"))
    assert answer.status_code == 422
    assert SOURCE in answer.content.decode()
    assert not Mandate.objects.exists()


def test_a_mandate_of_others_is_not_there(city: City) -> None:
    _client(city.portal_editor).post(
        reverse("mandate-new", args=[city.portal.slug]), _wish(city.portal_editor)
    )
    mandate = Mandate.objects.get()
    stranger = _client(city.bureau_editor)
    assert SOURCE not in stranger.get(reverse("mandates")).content.decode()
    for name in ("site-mandates", "mandate-new"):
        assert stranger.get(reverse(name, args=[city.portal.slug])).status_code == 404
    for name in ("mandate", "mandate-sign", "mandate-revoke"):
        answer = stranger.post(reverse(name, args=[mandate.pk]), {"confirmed": "yes", "reason": "x"})
        assert answer.status_code in {404, 405}
    assert stranger.get(reverse("mandate", args=[mandate.pk])).status_code == 404
    mandate.refresh_from_db()
    assert mandate.revoked_at is None
