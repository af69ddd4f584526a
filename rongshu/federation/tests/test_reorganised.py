"""Owners are renamed, abolished, or handed over to another node: identity and proofs stay what they were."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from rongshu.accounts.queries import viewer_for
from rongshu.federation.actions.pull_partner import pull_partner
from rongshu.federation.actions.set_up_node import set_up_node
from rongshu.federation.models import Change, ForeignResource, Partner, Quarantined
from rongshu.federation.queries.provenance import provenance_of
from rongshu.federation.tests.neighbourhood import Neighbour, follow_events, neighbour_of
from rongshu.federation.tests.sending import Envelope, SendingNode, envelope_of, sealed
from rongshu.foundation.models import Event
from rongshu.library.actions.batches import approve_batch
from rongshu.library.events import ResourceOriginChanged
from rongshu.library.models import ApprovalBatch, Resource, ResourceVersion
from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.actions.merge_organizations import abolish_organization
from rongshu.organizations.actions.move_organization import move_organization
from rongshu.organizations.actions.rename_organization import rename_organization
from rongshu.organizations.credit_code import demonstration_credit_code
from rongshu.organizations.models import Organization
from rongshu.publishing.tests.world import World


@pytest.fixture
def city(world: World) -> Iterator[SendingNode]:
    """A city, answering; its owners stand below an organisation of its own here."""
    with SendingNode(_city_of(world, "示例市", 11).key).answering() as node:
        yield node


def _city_of(world: World, name: str, serial: int) -> Neighbour:
    stand_in = create_organization(
        actor=world.operator, name=f"{name}人民政府", level="city", kind="government",
        credit_code=demonstration_credit_code("990100", serial), region=world.library.government.region,
        parent=world.library.government,
    )  # fmt: skip
    return neighbour_of(world, name=name, organization=stand_in)


def _pull(node: SendingNode, world: World) -> None:
    """Take what the node gives, and approve what came."""
    pull_partner(Partner.objects.get(pk=node.node))
    for batch in ApprovalBatch.objects.filter(status=ApprovalBatch.Status.WAITING):
        approve_batch(actor=world.operator, batch=batch, signers=[world.operator])
    follow_events()


def _stated_again(envelope: Envelope, node: SendingNode, version: int, **changes: Any) -> Envelope:
    return sealed(envelope, {**envelope["record"], **changes}, node.key, version=version)


def _owner(envelope: Envelope) -> Organization:
    return Organization.objects.get(credit_code=envelope["record"]["owner"]["code"])


def test_records_are_stated_again_when_their_owner_is_renamed(world: World) -> None:
    resource = world.effective()
    follow_events()
    before = Change.objects.get(pk=resource.pk)
    rename_organization(actor=world.operator, organization=world.library.education, name="示范省教育和体育厅")
    follow_events()
    after = Change.objects.get(pk=resource.pk)
    assert after.version > before.version
    assert after.digest == before.digest
    assert "示范省教育和体育厅" in after.record
    assert provenance_of(viewer_for(world.operator), resource.pk).is_proven


def test_records_are_stated_again_when_the_node_has_another_address(world: World) -> None:
    resource = world.effective()
    follow_events()
    before = Change.objects.get(pk=resource.pk)
    set_up_node(actor=world.operator, base_url="https://moved.example")
    follow_events()
    after = Change.objects.get(pk=resource.pk)
    assert after.version > before.version
    assert f"https://moved.example/-/federation/v1/pages/{resource.pk}" in after.record


def test_a_renamed_owner_is_renamed_here_and_the_new_state_passed_on(city: SendingNode, world: World) -> None:
    envelope = envelope_of(world, city.key)
    city.give(envelope)
    _pull(city, world)
    owner = {**envelope["record"]["owner"], "name": "示范市教育和体育局"}
    city.give(_stated_again(envelope, city, 2, owner=owner))
    _pull(city, world)
    resource_id = UUID(envelope["record"]["id"])
    assert _owner(envelope).name == "示范市教育和体育局"
    assert ResourceVersion.objects.filter(resource_id=resource_id).count() == 1
    assert Change.objects.get(pk=resource_id).version == 2
    assert Event.objects.filter(kind=ResourceOriginChanged.kind(), subject_id=resource_id).count() == 1
    assert provenance_of(viewer_for(world.operator), resource_id).is_proven


def test_a_record_stated_before_the_change_does_not_rename_back(city: SendingNode, world: World) -> None:
    late = envelope_of(world, city.key)
    renamed = {**late["record"]["owner"], "name": "示范市教育和体育局"}
    first = envelope_of(world, city.key)
    city.give(first)
    _pull(city, world)
    city.give(_stated_again(first, city, 2, owner=renamed))
    _pull(city, world)
    city.give(late)
    _pull(city, world)
    assert ForeignResource.objects.filter(pk=late["record"]["id"]).exists()
    assert _owner(late).name == "示范市教育和体育局"


def test_an_abolished_owners_records_stay_its_own_and_may_be_recalled(
    city: SendingNode, world: World
) -> None:
    envelope = envelope_of(world, city.key)
    city.give(envelope)
    _pull(city, world)
    abolish_organization(actor=world.operator, organization=_owner(envelope), document="示范机构改革方案")
    city.give(_stated_again(envelope, city, 2, licence="示范许可"))
    withdrawn = {**envelope, "content": None}
    city.give(_stated_again(withdrawn, city, 3, kind="withdrawn", digest="", files=[]))
    _pull(city, world)
    assert not Quarantined.objects.exists()
    assert Resource.objects.get(pk=envelope["record"]["id"]).status == Resource.Status.WITHDRAWN


def test_an_owner_handed_over_speaks_through_its_new_node_once_it_stands_there(
    city: SendingNode, world: World
) -> None:
    old = envelope_of(world, city.key)
    city.give(old)
    _pull(city, world)
    neighbour = _city_of(world, "青禾市", 12)
    with SendingNode(neighbour.key).answering() as other:
        new = envelope_of(world, other.key)
        other.give(new)
        _pull(other, world)
        reasons = [row.reasons[0]["code"] for row in Quarantined.objects.all()]
        assert reasons == ["owner-of-another"]
        assert not Resource.objects.filter(pk=new["record"]["id"]).exists()

        move_organization(
            actor=world.operator, organization=_owner(new), parent=neighbour.partner.organization,
            reason="区划调整",
        )  # fmt: skip
        other.give(_stated_again(new, other, 2))
        _pull(other, world)
        assert Resource.objects.get(pk=new["record"]["id"]).origin_node == other.node

    # The former node changes nothing of the owner's any more, but what it published it may still recall.
    body = {**old["content"], "title": "改动"}
    city.give(_stated_again({**old, "content": body}, city, 2))
    withdrawn = {**old, "content": None}
    _pull(city, world)
    assert Resource.objects.get(pk=old["record"]["id"]).status == Resource.Status.EFFECTIVE
    city.give(_stated_again(withdrawn, city, 3, kind="withdrawn", digest="", files=[]))
    _pull(city, world)
    assert Resource.objects.get(pk=old["record"]["id"]).status == Resource.Status.WITHDRAWN


def test_the_mark_of_a_document_follows_its_origin(city: SendingNode, world: World) -> None:
    envelope = envelope_of(world, city.key)
    city.give(envelope)
    _pull(city, world)
    Resource.objects.filter(pk=envelope["record"]["id"]).update(validity="valid")
    city.give(_stated_again(envelope, city, 2, validity="abolished"))
    _pull(city, world)
    assert Resource.objects.get(pk=envelope["record"]["id"]).validity == "abolished"
    city.give(_stated_again(envelope, city, 3, validity="valid"))
    _pull(city, world)
    assert Resource.objects.get(pk=envelope["record"]["id"]).validity == "valid"
