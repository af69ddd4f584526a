"""A partner that forges, cuts, lies, loops, floods or stalls is refused, and nothing else suffers."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest

from rongshu.federation.actions.keys import pin_key, revoke_key
from rongshu.federation.actions.pull_partner import pull_partner
from rongshu.federation.errors import BatchMalformed, PartnerRefused, PartnerUnreachable
from rongshu.federation.models import ForeignResource, Message, Partner, Quarantined
from rongshu.federation.signing import errors
from rongshu.federation.signing.keys import SigningKey
from rongshu.federation.tests.neighbourhood import Neighbour, neighbour_of
from rongshu.federation.tests.sending import Answered, SendingNode, batch, envelope_of, sealed
from rongshu.foundation import clock
from rongshu.foundation.canonical_json import digest
from rongshu.foundation.errors import RongshuError
from rongshu.foundation.installation import node_id
from rongshu.foundation.rate_limits import RateLimit
from rongshu.library.models import Resource
from rongshu.publishing.tests.world import World


@pytest.fixture
def neighbour(world: World) -> Neighbour:
    return neighbour_of(world)


@pytest.fixture
def sender(world: World, neighbour: Neighbour) -> Iterator[SendingNode]:
    """A neighbour with three records in its feed."""
    node = SendingNode(neighbour.key)
    node.give(*(envelope_of(world, neighbour.key) for _ in range(3)))
    with node.answering():
        yield node


def partner_of(sender: SendingNode) -> Partner:
    return Partner.objects.get(pk=sender.node)


def pull(sender: SendingNode) -> Any:
    return pull_partner(partner_of(sender))


def held(sender: SendingNode) -> set[str]:
    """Return the ids held of a sender."""
    rows = ForeignResource.objects.filter(origin_node=sender.node)
    return {str(pk) for pk in rows.values_list("pk", flat=True)}


def refused(sender: SendingNode, error: type[RongshuError], code: str = "") -> None:
    """Pull and be refused: nothing is taken, the cursor stays, and the log says why."""
    before = partner_of(sender)
    with pytest.raises(error) as told:
        pull(sender)
    after = partner_of(sender)
    assert (after.cursor, after.epoch) == (before.cursor, before.epoch)
    assert not held(sender)
    assert after.error_code in {told.value.code, told.value.fields.get("code")}
    assert after.error
    last = Message.objects.filter(partner=after).latest("at")
    assert (last.status, last.error_code) == (Message.Status.FAILED, after.error_code)
    if code:
        assert after.error_code == code


def recovers(sender: SendingNode) -> None:
    """Behave again, and have everything taken."""
    sender.change = lambda path, answered: None
    pull(sender)
    assert held(sender) == {each["record"]["id"] for each in sender.envelopes}


def on_batches(sender: SendingNode, change: Any) -> None:
    """Have a change made to batches only."""
    sender.change = lambda path, answered: change(answered) if path.endswith("/changes") else None


def rebuilt(answered: Answered, change: Any, count: int | None = None) -> None:
    """Change the lines of a batch before it is signed: the sender itself is at fault."""
    lines = [orjson.loads(line) for line in gzip.decompress(answered.body).splitlines()]
    end = lines[-1]["end"]
    envelopes = change(lines[:-1], end)
    answered.body = batch(envelopes, end["next"], end["last"], end["epoch"], count)


def test_an_honest_sender_is_taken_and_asked_no_more_than_needed(sender: SendingNode) -> None:
    recovers(sender)
    asked = len(sender.asked)
    assert pull(sender).is_idle
    assert len(sender.asked) == asked + 1


def test_a_forged_answer_is_refused(sender: SendingNode) -> None:
    forger = SigningKey.generate(sender.node)

    def forge(answered: Answered) -> None:
        answered.key = SigningKey(sender.node, sender.key.key_id, "ed25519", forger.signer)

    on_batches(sender, forge)
    refused(sender, errors.SignatureWrong)
    recovers(sender)


def test_an_unsigned_answer_is_refused(sender: SendingNode) -> None:
    on_batches(sender, lambda answered: setattr(answered, "is_signed", False))
    refused(sender, errors.SignatureMissing)
    recovers(sender)


def test_an_answer_of_another_key_or_node_is_refused(sender: SendingNode) -> None:
    on_batches(sender, lambda answered: setattr(answered, "key", SigningKey.generate(sender.node)))
    refused(sender, errors.KeyUnknown)
    on_batches(sender, lambda answered: setattr(answered, "key", SigningKey.generate(uuid4())))
    refused(sender, errors.WrongRecipient)
    recovers(sender)


def test_an_answer_replayed_from_before_is_refused(sender: SendingNode) -> None:
    kept: dict[str, Any] = {}

    def replay(headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
        answer: tuple[dict[str, str], bytes] = kept.setdefault("first", (headers, body))
        return answer

    on_batches(sender, lambda answered: setattr(answered, "after_signing", replay))
    partner = partner_of(sender)
    pull(sender)
    # The next request is another one: the answer to the first does not fit it.
    Partner.objects.filter(pk=partner.pk).update(cursor=0)
    with pytest.raises(errors.SignatureWrong):
        pull(sender)
    assert partner_of(sender).cursor == 0


def test_a_cut_body_that_claims_to_be_whole_is_refused(sender: SendingNode) -> None:
    on_batches(
        sender,
        lambda answered: setattr(answered, "after_signing", lambda headers, body: (headers, body[:-9])),
    )
    refused(sender, errors.DigestMismatch)
    recovers(sender)


def test_a_batch_that_lacks_its_end_is_refused(sender: SendingNode) -> None:
    def cut(answered: Answered) -> None:
        lines = gzip.decompress(answered.body).splitlines(keepends=True)
        answered.body = gzip.compress(b"".join(lines[:-1]))

    on_batches(sender, cut)
    refused(sender, BatchMalformed)
    recovers(sender)


def test_a_batch_that_says_more_than_it_holds_is_refused(sender: SendingNode) -> None:
    on_batches(sender, lambda answered: rebuilt(answered, lambda lines, end: lines[:-1], count=3))
    refused(sender, BatchMalformed)
    recovers(sender)


def test_a_batch_out_of_order_is_refused(sender: SendingNode) -> None:
    on_batches(sender, lambda answered: rebuilt(answered, lambda lines, end: lines[::-1]))
    refused(sender, BatchMalformed)
    recovers(sender)


def test_a_batch_larger_than_asked_for_is_refused(sender: SendingNode) -> None:
    Partner.objects.filter(pk=sender.node).update(batch_size=1)
    everything = batch(sender.envelopes, 3, 3, sender.epoch)
    on_batches(sender, lambda answered: setattr(answered, "body", everything))
    refused(sender, BatchMalformed)
    recovers(sender)


def test_a_body_that_unfolds_beyond_bounds_is_refused(
    sender: SendingNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rongshu.federation.calling.LARGEST_TEXT", 100_000)
    on_batches(sender, lambda answered: setattr(answered, "body", gzip.compress(b" " * 10_000_000)))
    refused(sender, BatchMalformed)
    recovers(sender)


def test_nonsense_instead_of_a_batch_is_refused(sender: SendingNode) -> None:
    for body in (
        b"",
        b"no gzip",
        gzip.compress(b"\xff\xfe\n"),
        gzip.compress(b'{"end": 7}\n'),
        gzip.compress(b"[]\n"),
    ):
        on_batches(sender, lambda answered, body=body: setattr(answered, "body", body))
        refused(sender, BatchMalformed)
    recovers(sender)


def test_a_cursor_that_goes_backwards_or_nowhere_ends_the_pull(sender: SendingNode) -> None:
    def looping(lines: list[Any], end: dict[str, Any]) -> list[Any]:
        end["next"], end["last"] = 0, 10**6
        return []

    on_batches(sender, lambda answered: rebuilt(answered, looping))
    asked = len(sender.asked)
    with pytest.raises(RongshuError):
        pull(sender)
    assert len(sender.asked) - asked < 5


def test_a_lie_about_a_digest_puts_that_record_aside_and_takes_the_rest(sender: SendingNode) -> None:
    lied = sender.envelopes[1]
    facts = {**lied["record"], "digest": "sha256:" + "0" * 64}
    sender.envelopes[1] = {**sealed(lied, facts, sender.key), "number": 2}
    pull(sender)
    assert held(sender) == {sender.envelopes[place]["record"]["id"] for place in (0, 2)}
    [aside] = Quarantined.objects.all()
    assert aside.reasons[0]["code"] == errors.DigestMismatch.code
    assert partner_of(sender).cursor == 3


def test_a_text_changed_after_it_was_signed_is_put_aside(sender: SendingNode) -> None:
    sender.envelopes[0]["content"] = {**sender.envelopes[0]["content"], "title": "改动过的标题"}
    sender.envelopes[1]["record"] = {**sender.envelopes[1]["record"], "validity": "invalid"}
    pull(sender)
    codes = {row.reasons[0]["code"] for row in Quarantined.objects.all()}
    assert codes == {errors.DigestMismatch.code, errors.ProofWrong.code}
    assert len(held(sender)) == 1


def test_anothers_record_is_believed_only_with_its_owners_proof(sender: SendingNode, world: World) -> None:
    victim = SigningKey.generate(uuid4())
    forged = envelope_of(world, sender.key)
    record = {**forged["record"], "origin": {**forged["record"]["origin"], "node": str(victim.node)}}
    sender.give({**forged, "record": record})
    honest = envelope_of(world, victim)
    sender.give(honest)
    pull(sender)
    codes = [row.reasons[0]["code"] for row in Quarantined.objects.order_by("at")]
    assert codes == [errors.KeyUnknown.code, errors.KeyUnknown.code]
    pin_key(actor=world.operator, node=victim.node, jwk=victim.signer.public_jwk(), fingerprint=victim.key_id)
    sender.give(honest, {**forged, "record": record})
    pull(sender)
    assert ForeignResource.objects.filter(origin_node=victim.node).count() == 1


def test_a_record_of_ours_is_never_taken_from_another(sender: SendingNode, world: World) -> None:
    ours = world.effective()
    taken = envelope_of(world, sender.key)
    facts = {**taken["record"], "id": str(ours.pk)}
    content = {**taken["content"], "resource": str(ours.pk)}
    before = Resource.objects.values().get(pk=ours.pk)
    sender.give(sealed({**taken, "content": content}, facts, sender.key, version=10**12))
    pull(sender)
    assert Resource.objects.values().get(pk=ours.pk) == before
    assert not ForeignResource.objects.filter(pk=ours.pk).exists()


def test_what_went_in_a_circle_is_ignored(sender: SendingNode, world: World) -> None:
    circled = envelope_of(world, sender.key)
    sender.give({**circled, "via": [str(node_id())]})
    pull(sender)
    assert circled["record"]["id"] not in held(sender)
    assert partner_of(sender).cursor == 4


def test_an_older_state_changes_nothing(sender: SendingNode) -> None:
    recovers(sender)
    first = sender.envelopes[0]
    newer = sealed(first, {**first["record"], "validity": "invalid"}, sender.key, version=7)
    sender.give(newer)
    pull(sender)
    sender.give(first)
    pull(sender)
    assert ForeignResource.objects.get(pk=first["record"]["id"]).origin_version == 7


def test_a_line_that_is_no_envelope_stops_no_other(sender: SendingNode) -> None:
    spoilt = {**sender.envelopes[1]}
    del spoilt["record"]
    sender.envelopes[1] = spoilt
    pull(sender)
    assert held(sender) == {sender.envelopes[place]["record"]["id"] for place in (0, 2)}
    last = Message.objects.filter(partner_id=sender.node, status=Message.Status.REFUSED).latest("at")
    assert last.error_code == "envelope-malformed"


def test_what_the_gate_refuses_is_put_aside_with_the_reason(sender: SendingNode) -> None:
    first = sender.envelopes[0]
    content = {**first["content"], "body": "<script>alert(1)</script><p>正文</p>"}
    facts = {**first["record"], "digest": digest(content)}
    sender.envelopes[0] = {**sealed({**first, "content": content}, facts, sender.key), "number": 1}
    pull(sender)
    assert first["record"]["id"] not in held(sender)
    [aside] = Quarantined.objects.all()
    assert aside.reasons[0]["message"]


def test_a_clock_off_by_a_day_is_told_to_both_sides(sender: SendingNode, neighbour: Neighbour) -> None:
    on_batches(sender, lambda answered: setattr(answered, "at", clock.now() - timedelta(days=1)))
    refused(sender, errors.ClockSkewed, "clock-skewed")
    asker = neighbour.asker()
    asker.node = node_id()
    url = asker.url("/changes", {"after": 0})
    late = asker.unsigned("GET", url, asker.signed("GET", url, at=clock.now() - timedelta(days=1)))
    assert late.status == 401
    told = late.json()
    assert told["code"] == "clock-skewed"
    assert {"created", "now"} <= set(told["fields"])
    recovers(sender)


def test_a_key_revoked_in_the_middle_stops_the_rest(sender: SendingNode, world: World) -> None:
    Partner.objects.filter(pk=sender.node).update(batch_size=1)
    pull_partner(partner_of(sender), most_batches=1)
    revoke_key(actor=world.operator, fingerprint=sender.key.key_id, reason="私钥泄露")
    with pytest.raises(errors.KeyRevoked):
        pull(sender)
    # What came before stays, what came after is refused, and the cursor says where.
    assert held(sender) == {sender.envelopes[0]["record"]["id"]}
    assert partner_of(sender).cursor == 1
    assert partner_of(sender).error_code == "key-revoked"


def test_an_older_and_a_newer_protocol_are_refused_on_both_sides(
    sender: SendingNode, neighbour: Neighbour
) -> None:
    asker = neighbour.asker()
    asker.node = node_id()
    for spoken in ("0", "2"):
        answer = asker.get("/changes", {"after": 0}, Federation_Protocol=spoken)
        assert answer.status == 400
        assert answer.json()["code"] == "protocol-unknown"
        sender.envelopes[0] = {**sender.envelopes[0], "protocol": spoken}
    pull(sender)
    assert sender.envelopes[0]["record"]["id"] not in held(sender)
    assert len(held(sender)) == 2


def test_a_partner_that_refuses_is_quoted(sender: SendingNode) -> None:
    def refuse(answered: Answered) -> None:
        answered.status = 403
        answered.headers = {"Content-Type": "application/problem+json"}
        answered.body = orjson.dumps({"code": "category-not-given", "title": "没有授权", "status": 403})

    on_batches(sender, refuse)
    with pytest.raises(PartnerRefused):
        pull(sender)
    assert partner_of(sender).error_code == "category-not-given"
    assert partner_of(sender).error == "没有授权"


def test_a_dead_partner_blocks_no_other(sender: SendingNode, world: World) -> None:
    dead = neighbour_of(world, base_url="http://127.0.0.1:9")
    with pytest.raises(PartnerUnreachable):
        pull_partner(dead.partner)
    dead.partner.refresh_from_db()
    assert dead.partner.failures == 1
    assert dead.partner.next_poll_at > clock.now()
    recovers(sender)


def test_a_partner_that_only_drips_is_left(sender: SendingNode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rongshu.federation.calling._GRACE", 0.2)
    sender.drips = 0.05
    refused(sender, PartnerUnreachable)
    sender.drips = 0
    recovers(sender)


def test_a_transfer_cut_at_any_byte_is_resumed_or_refused(sender: SendingNode) -> None:
    cuts = iter((11, 400, 900))

    def cut(headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
        kept = next(cuts, len(body))
        return {**headers, "Content-Length": str(len(body)), "Connection": "close"}, body[:kept]

    on_batches(sender, lambda answered: setattr(answered, "after_signing", cut))
    pull(sender)
    assert held(sender) == {each["record"]["id"] for each in sender.envelopes}
    # Each attempt was asked for from where the last one ended.
    assert len([path for path in sender.asked if "/changes" in path]) == 4


def test_a_partner_that_floods_us_waits_and_nobody_else_does(
    sender: SendingNode, world: World, neighbour: Neighbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rongshu.federation.web.signed._ASKED", RateLimit(most=3, seconds=60))
    flooding, other = neighbour.asker(), neighbour_of(world).asker()
    flooding.node = other.node = node_id()
    statuses = [flooding.post("/hints", b'{"last": 0}').status for _ in range(5)]
    assert statuses == [202, 202, 202, 429, 429]
    last = flooding.post("/hints", b'{"last": 0}')
    assert last.json()["code"] == "too-many-requests"
    assert int(last.headers["retry-after"]) > 0
    assert other.post("/hints", b'{"last": 0}').status == 202


def test_an_oversized_message_is_refused(neighbour: Neighbour) -> None:
    asker = neighbour.asker()
    asker.node = node_id()
    answer = asker.post("/receipts", b'{"items": "' + b"x" * 11_000_000 + b'"}')
    assert answer.status in {400, 413}
