"""Keys of this node and of others: made, rotated, revoked, pinned, learned, and what commands show of it."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.models import Person
from rongshu.federation.actions.keys import (
    StoredNonces,
    ensure_own_key,
    forget_old_nonces,
    learn_keys,
    pin_key,
    renew_before_expiry,
    revoke_key,
    rotate_key,
    trust_endorsements,
)
from rongshu.federation.errors import (
    FingerprintDiffers,
    KeyPresent,
    OwnNode,
    ReasonMissing,
    RevocationInFuture,
)
from rongshu.federation.key_files import PrivateKeyMissing, PrivateKeyOpen, keys_folder
from rongshu.federation.models import NodeKey, SeenNonce
from rongshu.federation.queries.keys import keyring, own_key, published_keys
from rongshu.federation.signing import messages, statements
from rongshu.federation.signing.errors import KeyRevoked, KeyUnknown
from rongshu.federation.signing.keys import SigningKey, spoken_fingerprint, written_fingerprint
from rongshu.federation.trusting import signed_request, signed_response, verified_request
from rongshu.foundation import clock
from rongshu.foundation.audit import Clock
from rongshu.foundation.errors import NotAllowed
from rongshu.foundation.installation import node_id
from rongshu.foundation.models import Installation

HOUR = timedelta(hours=1)


@pytest.fixture
def operator(db: None, tmp_path: Path, settings: LazySettings) -> Person:
    """The operator of a node with a data folder of its own."""
    settings.DATA_FOLDER = tmp_path
    settings.FEDERATION_KEY = ""
    Installation.objects.create(pk=1, name="示范平台")
    person = register_person(actor=Clock(), name="运维员", handle="operator")
    grant_role(actor=Clock(), person=person, role="operator")
    Installation.objects.update(operator_id=person.pk)
    return person


class Elsewhere:
    """Another node: a key, and what it says."""

    def __init__(self, node: UUID | None = None) -> None:
        self.node = node or uuid4()
        self.key = SigningKey.generate(self.node)

    def pinned(self, operator: Person) -> NodeKey:
        return pin_key(
            actor=operator, node=self.node, jwk=self.key.signer.public_jwk(), fingerprint=self.key.key_id
        )

    def announces(self, new: SigningKey) -> statements.Written:
        return statements.state(
            statements.ANNOUNCED, new.public(), by=self.key, at=clock.now(), possessor=new
        )

    def endorses(self, key: SigningKey) -> statements.Written:
        return statements.state(statements.ENDORSED, key.public(), by=self.key, at=clock.now())

    def revokes(self, key: SigningKey, by: SigningKey | None = None) -> statements.Written:
        gone = key.public().revoked(clock.now())
        return statements.state(statements.REVOKED, gone, by=by or self.key, at=clock.now(), reason="遗失")

    def publishes(self, *said: statements.Written) -> Any:
        return learn_keys(source=self.node, published={"statements": list(said)}, tag="1")


def _finds(key: SigningKey) -> bool:
    return keyring().find(key.node, key.key_id) is not None


def test_the_first_key_makes_itself_in_a_file_for_nobody_else(operator: Person) -> None:
    assert own_key() is None
    key = ensure_own_key()
    assert ensure_own_key().key_id == key.key_id
    [file] = keys_folder().iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(keys_folder().stat().st_mode) == 0o700
    row = NodeKey.objects.get()
    assert row.valid_until is not None
    assert key.signer.private_pem().decode().splitlines()[1] not in json.dumps(row.jwk)


def test_a_private_key_that_is_open_or_gone_is_not_used(operator: Person) -> None:
    ensure_own_key()
    [file] = keys_folder().iterdir()
    file.chmod(0o640)
    with pytest.raises(PrivateKeyOpen):
        ensure_own_key()
    file.unlink()
    with pytest.raises(PrivateKeyMissing):
        ensure_own_key()
    # A new one may be made then, and never over one that is there.
    call_command("federation", "keys", "make", verbosity=0)
    assert own_key() is not None
    with pytest.raises(CommandError, match=KeyPresent.code):
        call_command("federation", "keys", "make")
    assert NodeKey.objects.count() == 2


def test_the_environment_may_give_the_key(operator: Person, settings: LazySettings) -> None:
    given = SigningKey.generate(node_id())
    settings.FEDERATION_KEY = given.signer.private_pem().decode().replace("\n", "\\n")
    assert ensure_own_key().key_id == given.key_id
    assert not keys_folder().exists()


def test_rotation_is_announced_under_the_old_key_and_overlaps(operator: Person) -> None:
    old = ensure_own_key()
    row = rotate_key(actor=operator)
    new = own_key()
    assert new is not None
    assert new.key_id == row.key_id != old.key_id
    before = NodeKey.objects.get(key_id=old.key_id)
    assert before.valid_until is not None
    assert timedelta(days=29) < before.valid_until - clock.now() <= timedelta(days=30)
    [said] = published_keys().content["statements"]
    statements.check_statement(statements.read_statement(said), keyring())


def test_keys_are_renewed_before_they_expire(operator: Person) -> None:
    key = ensure_own_key()
    assert not renew_before_expiry()
    NodeKey.objects.update(valid_until=clock.now() + timedelta(days=3))
    assert renew_before_expiry()
    assert ensure_own_key().key_id != key.key_id
    assert not renew_before_expiry()


def test_only_who_manages_the_federation_changes_keys(operator: Person) -> None:
    ensure_own_key()
    clerk = register_person(actor=Clock(), name="录入员", handle="clerk")
    there = Elsewhere()
    jwk = there.key.signer.public_jwk()
    for deed in (
        lambda: rotate_key(actor=clerk),
        lambda: revoke_key(actor=clerk, fingerprint=ensure_own_key().key_id, reason="x"),
        lambda: pin_key(actor=clerk, node=there.node, jwk=jwk, fingerprint=there.key.key_id),
        lambda: trust_endorsements(actor=clerk, node=there.node),
    ):
        with pytest.raises(NotAllowed):
            deed()
    assert NodeKey.objects.count() == 1


def test_a_key_is_pinned_by_its_fingerprint_alone(operator: Person) -> None:
    there = Elsewhere()
    with pytest.raises(FingerprintDiffers):
        pin_key(
            actor=operator,
            node=there.node,
            jwk=there.key.signer.public_jwk(),
            fingerprint=ensure_own_key().key_id,
        )
    with pytest.raises(OwnNode):
        pin_key(
            actor=operator, node=node_id(), jwk=there.key.signer.public_jwk(), fingerprint=there.key.key_id
        )
    assert not _finds(there.key)
    there.pinned(operator)
    assert _finds(there.key)


def test_both_ways_to_write_a_fingerprint_name_one_key() -> None:
    key = SigningKey.generate(uuid4())
    assert written_fingerprint(spoken_fingerprint(key.key_id).lower()) == key.key_id
    assert written_fingerprint(f" {key.key_id}") == key.key_id


def test_a_pinned_nodes_next_key_is_believed_by_its_announcement(operator: Person) -> None:
    there = Elsewhere()
    there.pinned(operator)
    new = SigningKey.generate(there.node)
    stranger = Elsewhere(there.node)
    assert there.publishes(stranger.announces(stranger.key)).refused == ("key-unknown",)
    learned = there.publishes(there.announces(new))
    assert [row.key_id for row in learned.added] == [new.key_id]
    assert _finds(new)
    assert not _finds(stranger.key)
    # Told again, it is nothing new.
    assert not there.publishes(there.announces(new)).added


def test_nobody_announces_keys_of_another_node(operator: Person) -> None:
    there, victim = Elsewhere(), Elsewhere()
    there.pinned(operator)
    victim.pinned(operator)
    forged = SigningKey.generate(victim.node)
    assert not there.publishes(there.announces(forged)).added
    assert not _finds(forged)


def test_a_hub_endorses_whom_we_never_met_and_no_one_else(operator: Person) -> None:
    hub, far, near = Elsewhere(), Elsewhere(), Elsewhere()
    hub.pinned(operator)
    near.pinned(operator)
    assert not hub.publishes(hub.endorses(far.key)).added
    trust_endorsements(actor=operator, node=hub.node)
    assert hub.publishes(hub.endorses(far.key)).added
    # Whom a person has pinned only his own keys speak for.
    other = SigningKey.generate(near.node)
    assert not hub.publishes(hub.endorses(other)).added
    assert not _finds(other)
    # The endorsement falls with the hub.
    trust_endorsements(actor=operator, node=hub.node, trusted=False)
    found = keyring().find(far.node, far.key.key_id)
    assert found is not None
    assert found.revoked_from is not None


def test_revocations_are_told_on_by_the_node_itself_or_the_hub_that_endorsed(operator: Person) -> None:
    hub, far = Elsewhere(), Elsewhere()
    hub.pinned(operator)
    trust_endorsements(actor=operator, node=hub.node)
    hub.publishes(hub.endorses(far.key))
    stranger = Elsewhere()
    stranger.pinned(operator)
    assert not stranger.publishes(stranger.revokes(far.key)).revoked
    assert hub.publishes(hub.revokes(far.key)).revoked
    # A key may revoke itself, also through somebody else.
    near = Elsewhere()
    near.pinned(operator)
    assert hub.publishes(near.revokes(near.key)).revoked
    with pytest.raises(KeyRevoked):
        near.pinned(operator)
    # What the node said of its own key travels on, word for word.
    told = [each for each in published_keys().content["statements"] if each["node"] == str(near.node)]
    assert any(each["by"] == near.key.name for each in told)


def test_with_a_stolen_key_fall_the_keys_it_announced_since(operator: Person) -> None:
    there = Elsewhere()
    there.pinned(operator)
    thieves = SigningKey.generate(there.node)
    there.publishes(there.announces(thieves))
    revoked = revoke_key(
        actor=operator, fingerprint=there.key.key_id[:12], reason="私钥泄露", since=clock.now() - HOUR
    )
    assert {row.key_id for row in revoked} == {there.key.key_id, thieves.key_id}


def test_a_revocation_needs_a_reason_and_is_final(operator: Person) -> None:
    key = ensure_own_key()
    with pytest.raises(ReasonMissing):
        revoke_key(actor=operator, fingerprint=key.key_id, reason=" ")
    with pytest.raises(RevocationInFuture):
        revoke_key(actor=operator, fingerprint=key.key_id, reason="x", since=clock.now() + HOUR)
    assert own_key() is not None
    revoke_key(actor=operator, fingerprint=key.key_id, reason="人员离岗")
    assert own_key() is None
    with pytest.raises(DatabaseError), transaction.atomic():
        NodeKey.objects.update(revoked_from=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        NodeKey.objects.update(revoked_from=clock.now() + HOUR)
    # What it said of itself is published.
    said = [statements.read_statement(each) for each in published_keys().content["statements"]]
    assert [each.kind for each in said] == [statements.REVOKED]


def _request(headers: dict[str, str]) -> Any:
    return RequestFactory().get("/-/federation/v1/node", headers=headers)


def test_a_door_believes_a_partner_once_and_its_next_key_at_once(operator: Person) -> None:
    there = Elsewhere()
    there.pinned(operator)
    url = "https://node/-/federation/v1/node"
    headers = messages.sign_request("GET", url, {}, b"", there.key, to=node_id())
    assert verified_request(_request(headers)).node == there.node
    new = SigningKey.generate(there.node)
    unknown = messages.sign_request("GET", url, {}, b"", new, to=node_id())
    with pytest.raises(KeyUnknown):
        verified_request(_request(unknown))
    announced = {"Federation-Key-Announced": statements.as_field(there.announces(new))}
    headers = messages.sign_request("GET", url, announced, b"", new, to=node_id())
    assert verified_request(_request(headers)).key_id == new.key_id
    revoke_key(actor=operator, fingerprint=new.key_id, reason="泄露")
    headers = messages.sign_request("GET", url, {}, b"", new, to=node_id())
    with pytest.raises(KeyRevoked):
        verified_request(_request(headers))


def test_an_answer_to_nonsense_is_unsigned_but_given(operator: Person) -> None:
    request = _request({"Signature": "fed=:é:"})
    answer = signed_response(request, HttpResponse(b"no", status=401))
    assert "Signature" not in answer.headers
    signed = signed_response(_request({}), HttpResponse(b"yes"))
    assert "Signature" in signed.headers


def test_our_own_requests_carry_how_the_key_was_announced(operator: Person) -> None:
    ensure_own_key()
    assert "Federation-Key-Announced" not in signed_request("GET", "https://x/y", {}, b"", to=uuid4())
    rotate_key(actor=operator)
    headers = signed_request("GET", "https://x/y", {}, b"", to=uuid4())
    assert statements.of_field(headers["Federation-Key-Announced"]).key.key_id == ensure_own_key().key_id


def test_a_message_is_first_once_for_all_processes_and_forgotten_when_too_old(operator: Person) -> None:
    store, node, now = StoredNonces(), uuid4(), clock.now()
    assert store.is_first(node, "a", now + HOUR)
    assert not StoredNonces().is_first(node, "a", now + HOUR)
    assert store.is_first(uuid4(), "a", now + HOUR)
    assert store.is_first(node, "b", now - HOUR)
    assert forget_old_nonces() == 1
    assert SeenNonce.objects.count() == 2


def test_the_commands_exchange_keys_between_two_people(
    operator: Person, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    there = Elsewhere()
    file = tmp_path / "their-keys.json"
    file.write_text(json.dumps({"keys": [{**there.key.signer.public_jwk(), "kid": there.key.key_id}]}))
    call_command(
        "federation", "keys", "pin", str(there.node), spoken_fingerprint(there.key.key_id), file=file
    )
    call_command("federation", "keys", "show")
    shown = capsys.readouterr().out
    assert there.key.key_id in shown
    assert spoken_fingerprint(ensure_own_key().key_id) in shown
    call_command("federation", "keys", "show", json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["node"] == str(node_id())
    assert {key["kid"] for key in told["keys"]} == {there.key.key_id, ensure_own_key().key_id}
    assert "PRIVATE" not in json.dumps(told)
    for spoilt in ("", "[]", "{}", '{"keys": [7]}', "\x00"):
        file.write_text(spoilt)
        with pytest.raises(CommandError, match=r"密钥|签名"):
            call_command("federation", "keys", "pin", str(there.node), "abc", file=file)
