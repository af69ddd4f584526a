"""What a pull brought in is approved as a whole, and what goes wrong on our side leaves nothing stuck."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NoReturn

import pytest

from rongshu.accounts.models import RoleGrant
from rongshu.federation.actions import deliveries
from rongshu.federation.actions.apply_envelopes import Receiver
from rongshu.federation.actions.pull_partner import compare_now, lease_of, pull_partner
from rongshu.federation.actions.retry_quarantined import retry_quarantined
from rongshu.federation.errors import PullBroken
from rongshu.federation.models import Delivery, ForeignResource, Message, Partner, Quarantined
from rongshu.federation.tests.neighbourhood import neighbour_of
from rongshu.federation.tests.sending import SendingNode, envelope_of, sealed
from rongshu.foundation import clock
from rongshu.foundation.leases import LeaseHeld, hold
from rongshu.library.actions.batches import close_batch
from rongshu.library.actions.mandates import give_mandate
from rongshu.library.models import ApprovalBatch, Resource
from rongshu.publishing.tests.world import World


class PowerFailure(BaseException):
    """Nothing may catch it, as nothing catches a kill."""


@pytest.fixture
def sender(world: World) -> Iterator[SendingNode]:
    """A neighbour whose records go into the portal."""
    neighbour = neighbour_of(world, target_site=world.portal)
    node = SendingNode(neighbour.key)
    node.give(envelope_of(world, neighbour.key))
    with node.answering():
        yield node


def pull(sender: SendingNode) -> Any:
    return pull_partner(Partner.objects.get(pk=sender.node))


def test_a_kill_between_closing_and_approving_does_not_stop_what_comes_later(
    sender: SendingNode, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def close_and_fail(**given: Any) -> None:
        close_batch(**given)
        raise PowerFailure

    with monkeypatch.context() as patched:
        patched.setattr(deliveries, "close_batch", close_and_fail)
        with pytest.raises(PowerFailure):
            pull(sender)
    [left] = Delivery.objects.select_related("batch")
    assert (left.state, left.batch.status) == (Delivery.State.OPEN, ApprovalBatch.Status.WAITING)
    sender.give(envelope_of(world, sender.key))
    assert pull(sender).counts["stored"] == 1
    assert ForeignResource.objects.filter(origin_node=sender.node).count() == 2
    assert not Delivery.objects.filter(state=Delivery.State.OPEN).exists()


def test_a_mandate_that_holds_no_more_makes_its_batch_wait_and_blames_nobody_else(
    sender: SendingNode, world: World
) -> None:
    partner, today = Partner.objects.get(pk=sender.node), clock.today()
    signer = world.library.reviewer
    give_mandate(
        actor=world.operator, source=partner.source, target_site_id=world.portal.pk, signers=[signer],
        starts_on=today, ends_on=today + timedelta(days=1), reason="联通协议",
    )  # fmt: skip
    RoleGrant.objects.filter(person=signer).update(revoked_at=clock.now())
    assert pull(sender).counts["stored"] == 1
    assert pull(sender).effective == 0
    partner.refresh_from_db()
    assert (partner.failures, partner.state, partner.cursor) == (0, Partner.State.ACTIVE, 1)
    assert Delivery.objects.get().state == Delivery.State.WAITING
    told = Message.objects.get(status=Message.Status.FAILED)
    assert told.error_code
    assert "batch" in told.details


def test_a_fault_of_ours_is_noted_at_the_partner_and_pauses(
    sender: SendingNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: Any) -> NoReturn:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(Receiver, "finish", fail)
        with pytest.raises(ZeroDivisionError):
            pull(sender)
    partner = Partner.objects.get(pk=sender.node)
    assert (partner.error_code, partner.failures) == (PullBroken.code, 1)
    assert partner.next_poll_at > clock.now()
    assert pull(sender).counts["stored"] == 1
    partner.refresh_from_db()
    assert partner.failures == 0


def test_of_several_states_in_a_batch_the_newest_counts(sender: SendingNode) -> None:
    first = sender.envelopes[0]
    facts = {name: said for name, said in first["record"].items() if name != "origin"}
    gone = {**facts, "kind": "withdrawn", "digest": "", "files": []}
    sender.give(sealed({**first, "content": None}, gone, sender.key, version=2))
    sender.give(sealed(first, facts, sender.key, version=3))
    assert pull(sender).counts["stored"] == 1
    [held] = ForeignResource.objects.filter(origin_node=sender.node)
    assert (held.origin_version, held.kind) == (3, "upsert")


def test_what_can_not_be_read_any_more_keeps_no_other_in_quarantine(
    sender: SendingNode, world: World
) -> None:
    sender.give(envelope_of(world, sender.key, digest="sha256:" + "0" * 64))
    pull(sender)
    [waiting] = Quarantined.objects.filter(state=Quarantined.State.WAITING)
    older = Quarantined.objects.create(
        partner_id=sender.node, resource_id=sender.node, origin_node=sender.node, origin_version=1,
        title="旧格式", envelope={"protocol": "0"}, next_try_at=clock.now(),
    )  # fmt: skip
    Quarantined.objects.filter(pk=waiting.pk).update(next_try_at=clock.now())
    assert retry_quarantined() == 1
    older.refresh_from_db()
    waiting.refresh_from_db()
    assert (older.state, older.attempts) == (Quarantined.State.WAITING, 2)
    assert older.reasons[0]["code"] == "envelope-malformed"
    assert waiting.attempts == 2
    assert older.next_try_at is not None
    assert older.next_try_at > clock.now()
    assert retry_quarantined() == 0


def test_nobody_compares_while_something_comes(sender: SendingNode) -> None:
    partner = Partner.objects.get(pk=sender.node)
    with hold(lease_of(partner)), pytest.raises(LeaseHeld):
        compare_now(partner)
    assert not Resource.objects.filter(origin_node=sender.node).exists()
