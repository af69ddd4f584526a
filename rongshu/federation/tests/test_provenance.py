"""Records through a hub are proven by their origin; what becomes of them when a key is revoked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command

from rongshu.accounts.queries import viewer_for
from rongshu.federation.actions.keep_feed import number_changes
from rongshu.federation.actions.keys import ensure_own_key, make_key, revoke_key, trust_endorsements
from rongshu.federation.actions.pull_partner import pull_partner
from rongshu.federation.models import Change, ForeignResource, Partner, Quarantined
from rongshu.federation.queries.keys import keyring
from rongshu.federation.queries.provenance import Verdict, provenance_of
from rongshu.federation.signing import statements
from rongshu.federation.signing.keys import SigningKey
from rongshu.federation.tests.neighbourhood import Neighbour, follow_events, neighbour_of
from rongshu.federation.tests.sending import SendingNode, envelope_of
from rongshu.foundation import clock
from rongshu.library.models import ResourceVersion
from rongshu.publishing.tests.world import World


@pytest.fixture
def hub(world: World) -> Neighbour:
    """A hub whose endorsements are believed."""
    hub = neighbour_of(world, name="示范枢纽", role="hub", relation="above")
    trust_endorsements(actor=world.operator, node=hub.node)
    return hub


@pytest.fixture
def sender(hub: Neighbour) -> Iterator[SendingNode]:
    """The hub, answering."""
    with SendingNode(hub.key).answering() as node:
        yield node


def _pull(sender: SendingNode) -> None:
    pull_partner(Partner.objects.get(pk=sender.node))


def _relay(sender: SendingNode, world: World, far: SigningKey) -> str:
    """Have the hub pass on a record of a far node; return its id."""
    envelope = envelope_of(world, far)
    sender.give({**envelope, "via": [str(sender.node)]})
    return str(envelope["record"]["id"])


def _publish(sender: SendingNode, *said: statements.Written) -> None:
    sender.published = {"node": str(sender.node), "keys": [], "statements": list(said)}


def _endorsed(sender: SendingNode, far: SigningKey) -> statements.Written:
    return statements.state(statements.ENDORSED, far.public(), by=sender.key, at=clock.now())


@pytest.mark.requirement("P2-12")
def test_a_far_nodes_record_is_proven_through_the_hub(sender: SendingNode, world: World) -> None:
    far = SigningKey.generate(uuid4())
    resource_id = _relay(sender, world, far)
    _pull(sender)
    # Nobody here knows the far node: its record waits.
    assert [row.reasons[0]["code"] for row in Quarantined.objects.all()] == ["key-unknown"]
    _publish(sender, _endorsed(sender, far))
    second = _relay(sender, world, far)
    _pull(sender)
    assert {str(pk) for pk in ForeignResource.objects.values_list("pk", flat=True)} == {second}
    found = provenance_of(viewer_for(world.operator), ForeignResource.objects.get().pk)
    assert found.is_proven
    signed = found.links[0]
    assert (signed.verdict, signed.node, signed.key_id) == (Verdict.PROVEN, far.node, far.key_id)
    assert [link.node for link in found.links if link.deed == "经过"] == [sender.node]
    assert resource_id != second


def test_an_endorsement_of_somebody_not_trusted_proves_nothing(sender: SendingNode, world: World) -> None:
    trust_endorsements(actor=world.operator, node=sender.node, trusted=False)
    far = SigningKey.generate(uuid4())
    _publish(sender, _endorsed(sender, far))
    _relay(sender, world, far)
    _pull(sender)
    assert not ForeignResource.objects.exists()
    assert keyring().find(far.node, far.key_id) is None


def test_what_was_received_before_a_revocation_stays_proven(sender: SendingNode, world: World) -> None:
    far = SigningKey.generate(uuid4())
    _publish(sender, _endorsed(sender, far))
    resource_id = _relay(sender, world, far)
    _pull(sender)
    revoke_key(actor=world.operator, fingerprint=far.key_id, reason="示范")
    viewer = viewer_for(world.operator)
    kept = ForeignResource.objects.get(pk=UUID(resource_id))
    assert provenance_of(viewer, kept.pk).is_proven
    # Had it come later, it would not be.
    ForeignResource.objects.filter(pk=kept.pk).update(received_at=clock.now() + timedelta(hours=1))
    late = provenance_of(viewer, kept.pk)
    assert [link.problem for link in late.links if link.verdict == Verdict.BROKEN] == ["key-revoked"]


def test_a_content_altered_here_is_found(
    sender: SendingNode, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    far = SigningKey.generate(uuid4())
    _publish(sender, _endorsed(sender, far))
    resource_id = _relay(sender, world, far)
    _pull(sender)
    call_command("federation", "provenance", resource_id)
    assert "来源可证" in capsys.readouterr().out
    header = ForeignResource.objects.get(pk=UUID(resource_id)).header
    ForeignResource.objects.filter(pk=UUID(resource_id)).update(header={**header, "licence": "改动"})
    with pytest.raises(SystemExit):
        call_command("federation", "provenance", resource_id)
    assert "proof-wrong" in capsys.readouterr().out
    assert ResourceVersion.objects.filter(resource_id=resource_id).exists()


def test_after_a_revocation_everything_is_signed_anew(world: World) -> None:
    resource = world.effective()
    follow_events()
    before = Change.objects.get(pk=resource.pk)
    key = ensure_own_key()
    revoke_key(actor=world.operator, fingerprint=key.key_id, reason="私钥泄露")
    make_key(actor=world.operator)
    follow_events()
    after = Change.objects.get(pk=resource.pk)
    assert ensure_own_key().key_id in after.proof
    assert after.number > before.number
    assert after.version > before.version
    assert after.digest == before.digest
    assert number_changes([resource.pk]) == 0
    assert provenance_of(viewer_for(world.operator), resource.pk).is_proven
