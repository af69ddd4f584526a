"""What was agreed with a partner is kept: its hours, its bandwidth, how attachments and messages come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from rongshu.federation.actions.pull_partner import pull_partner
from rongshu.federation.actions.send_again import send_again
from rongshu.federation.actions.send_messages import partners_to_hint, send_to
from rongshu.federation.actions.settle_errands import offer_down
from rongshu.federation.models import Change, ForeignResource, Message, Partner
from rongshu.federation.queries.feed import feed_position
from rongshu.federation.queries.partners import is_open_now, partners_to_pull
from rongshu.federation.tests.neighbourhood import Neighbour, follow_events, neighbour_of
from rongshu.federation.tests.sending import Answered, SendingNode, envelope_of
from rongshu.foundation import clock, storage
from rongshu.foundation.canonical_json import digest_of_bytes
from rongshu.foundation.installation import node_id
from rongshu.publishing.tests.world import World


@pytest.fixture
def neighbour(world: World) -> Neighbour:
    return neighbour_of(world)


@pytest.fixture
def sender(world: World, neighbour: Neighbour) -> Iterator[SendingNode]:
    """A neighbour that answers, with files."""
    with SendingNode(neighbour.key).answering() as node:
        yield node


def _change(neighbour: Neighbour, **settings: Any) -> Partner:
    Partner.objects.filter(pk=neighbour.node).update(**settings)
    return Partner.objects.get(pk=neighbour.node)


def _hours(begins: float, ends: float) -> dict[str, time]:
    """A window that lies so many hours from now."""
    now = timezone.localtime(clock.now())
    return {
        "window_from": (now + timedelta(hours=begins)).time(),
        "window_until": (now + timedelta(hours=ends)).time(),
    }


def test_outside_its_hours_a_partner_is_neither_asked_nor_answered(neighbour: Neighbour) -> None:
    now = clock.now()
    closed = _change(neighbour, **_hours(1, 2), next_poll_at=now)
    asker = replace(neighbour.asker(), node=node_id())
    refused = asker.get("/changes", {"after": 0})
    assert (refused.status, refused.json()["code"]) == (503, "partner-paused")
    assert refused.headers["retry-after"] == "60"
    assert closed not in partners_to_pull(now)

    opened = _change(neighbour, **_hours(-1, 1))
    assert asker.get("/changes", {"after": 0}).status == 200
    assert opened in partners_to_pull(now)


def test_who_may_have_nothing_is_given_nothing_and_misses_nothing(neighbour: Neighbour, world: World) -> None:
    resource = world.effective(share_type="unconditional")
    asker = replace(neighbour.asker(), node=node_id())
    follow_events()
    assert asker.get("/changes").status == 200
    _change(neighbour, gives=False)
    for path in ("/changes", "/manifest"):
        refused = asker.get(path)
        assert (refused.status, refused.json()["code"]) == (403, "category-not-given")
    assert asker.get(f"/records/{resource.pk}").status == 404
    assert str(resource.pk).encode() not in asker.get("/records", {"ids": resource.pk}).plain()
    _change(neighbour, gives=True)
    assert str(resource.pk).encode() in asker.get("/changes").plain()


def test_only_what_is_a_partners_to_have_is_hinted_at(neighbour: Neighbour, world: World) -> None:
    partner = _change(neighbour, hints=True)
    from_elsewhere = world.effective(share_type="unconditional")
    follow_events()
    Change.objects.filter(pk=from_elsewhere.pk).update(origin_node=uuid4())
    assert partners_to_hint() == []
    world.effective(share_type="unconditional")
    follow_events()
    assert partners_to_hint() == [partner]
    _change(neighbour, hinted_number=feed_position().last)
    assert partners_to_hint() == []


def test_hours_may_span_midnight(neighbour: Neighbour) -> None:
    partner = _change(neighbour, window_from=time(22), window_until=time(5))
    today = timezone.localtime(clock.now()).replace(minute=0, second=0, microsecond=0)
    is_open = {hour: is_open_now(partner, today.replace(hour=hour)) for hour in (21, 22, 0, 4, 5, 12)}
    assert is_open == {21: False, 22: True, 0: True, 4: True, 5: False, 12: False}


def test_no_more_bytes_a_second_than_agreed(
    sender: SendingNode, neighbour: Neighbour, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("rongshu.federation.calling.time.sleep", waited.append)
    sender.give(envelope_of(world, sender.key))
    pull_partner(_change(neighbour, rate_bytes=1000))
    received = Message.objects.get(partner_id=neighbour.node, kind="pull").bytes
    assert received > 0
    assert sum(waited) >= received / 1000


def _content(name: str) -> bytes:
    """A file of a test's own: the store outlives it."""
    return f"{name}的附件内容".encode() * 40


def _give_files(sender: SendingNode, content: bytes) -> None:
    def answer(path: str, answered: Answered) -> None:
        if "/files/" in path:
            answered.status, answered.body = 200, content
            answered.headers = {"Content-Type": "text/plain"}

    sender.change = answer


def _with_file(world: World, sender: SendingNode, content: bytes) -> dict[str, Any]:
    about = {"name": "附件.txt", "media_type": "text/plain", "size": len(content)}
    return envelope_of(world, sender.key, files=[{"digest": digest_of_bytes(content), **about}])


def _asked_for_files(sender: SendingNode) -> int:
    return sum("/files/" in path for path in sender.asked)


def test_a_file_of_several_records_comes_once(
    sender: SendingNode, neighbour: Neighbour, world: World
) -> None:
    content = _content("共用")
    _give_files(sender, content)
    sender.give(_with_file(world, sender, content), _with_file(world, sender, content))
    pull_partner(_change(neighbour, attachments=Partner.Attachments.EAGER))
    assert _asked_for_files(sender) == 1
    assert storage.exists(digest_of_bytes(content))
    assert ForeignResource.objects.filter(origin_node=neighbour.node).count() == 2

    sender.give(_with_file(world, sender, content))
    pull_partner(Partner.objects.get(pk=neighbour.node))
    assert _asked_for_files(sender) == 1


def test_a_file_that_is_not_what_its_digest_says_is_not_kept(
    sender: SendingNode, neighbour: Neighbour, world: World
) -> None:
    content = _content("不实")
    _give_files(sender, content + b"!")
    sender.give(_with_file(world, sender, content))
    pull_partner(_change(neighbour, attachments=Partner.Attachments.EAGER))
    assert not storage.exists(digest_of_bytes(content))
    assert Message.objects.get(kind="file").error_code == "file-differs"
    # The record does not wait for it.
    assert ForeignResource.objects.filter(origin_node=neighbour.node).count() == 1


def test_lazily_no_file_comes_before_its_use(sender: SendingNode, neighbour: Neighbour, world: World) -> None:
    content = _content("不急")
    _give_files(sender, content)
    sender.give(_with_file(world, sender, content))
    pull_partner(_change(neighbour, attachments=Partner.Attachments.LAZY))
    assert _asked_for_files(sender) == 0


@pytest.mark.requirement("P2-16")
def test_what_does_not_arrive_waits_is_tried_again_and_may_be_sent_again(
    sender: SendingNode, neighbour: Neighbour, world: World
) -> None:
    resource = world.effective(share_type="unconditional")
    follow_events()
    partner = Partner.objects.get(pk=neighbour.node)
    offer_down(actor=world.operator, partner=partner, resources=[resource])

    def away(path: str, answered: Answered) -> None:
        answered.status, answered.body = 503, b"{}"

    sender.change = away
    assert send_to(partner) == 0
    failed = Message.objects.get(direction="out", kind="offer")
    assert (failed.status, failed.attempts, failed.error_code) == ("failed", 1, "http-503")
    assert failed.next_try_at is not None
    assert failed.next_try_at > clock.now()
    assert send_to(partner) == 0, "it is not its time"

    sender.change = lambda path, answered: None
    Message.objects.filter(pk=failed.pk).update(next_try_at=clock.now())
    assert send_to(partner) == 1
    done = Message.objects.get(pk=failed.pk)
    assert (done.status, done.attempts, done.error) == ("done", 2, "")

    assert send_again(actor=world.operator, message_ids=[done.pk]) == 1
    assert send_to(partner) == 1
    # The same message each time: whoever has it knows it by its id.
    assert Message.objects.filter(direction="out", kind="offer").count() == 1
    assert sum(path.endswith("/offers") for path in sender.asked) == 3


def test_a_message_the_partner_refuses_holds_up_no_other(
    sender: SendingNode, neighbour: Neighbour, world: World
) -> None:
    resources = [world.effective(share_type="unconditional") for _ in range(2)]
    follow_events()
    partner = Partner.objects.get(pk=neighbour.node)
    for resource in resources:
        offer_down(actor=world.operator, partner=partner, resources=[resource])
    refusals = [400, 202]

    def once(path: str, answered: Answered) -> None:
        answered.status = refusals.pop(0)

    sender.change = once
    assert send_to(partner) == 2
    states = Message.objects.filter(direction="out", kind="offer").order_by("at", "id")
    assert list(states.values_list("status", flat=True)) == ["refused", "done"]
