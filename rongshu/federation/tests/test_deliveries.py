"""What a pull brought in is approved as a whole, and a process killed over it leaves nothing stuck."""

from __future__ import annotations

from typing import Any

import pytest

from rongshu.federation.actions import deliveries
from rongshu.federation.actions.pull_partner import pull_partner
from rongshu.federation.models import Delivery, ForeignResource, Partner
from rongshu.federation.tests.neighbourhood import neighbour_of
from rongshu.federation.tests.sending import SendingNode, envelope_of
from rongshu.library.actions.batches import close_batch
from rongshu.library.models import ApprovalBatch
from rongshu.publishing.tests.world import World


class PowerFailure(BaseException):
    """Nothing may catch it, as nothing catches a kill."""


def test_a_kill_between_closing_and_approving_does_not_stop_what_comes_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def close_and_fail(**given: Any) -> None:
        close_batch(**given)
        raise PowerFailure

    neighbour = neighbour_of(world)
    sender = SendingNode(neighbour.key)
    sender.give(envelope_of(world, neighbour.key))
    with sender.answering():
        with monkeypatch.context() as patched, pytest.raises(PowerFailure):
            patched.setattr(deliveries, "close_batch", close_and_fail)
            pull_partner(Partner.objects.get(pk=sender.node))
        [left] = Delivery.objects.select_related("batch")
        assert (left.state, left.batch.status) == (Delivery.State.OPEN, ApprovalBatch.Status.WAITING)
        sender.give(envelope_of(world, neighbour.key))
        pulled = pull_partner(Partner.objects.get(pk=sender.node))
    assert pulled.counts["stored"] == 1
    assert ForeignResource.objects.filter(origin_node=sender.node).count() == 2
    assert not Delivery.objects.filter(state=Delivery.State.OPEN).exists()
