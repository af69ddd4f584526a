"""Signed requests and responses: what is believed, and each way of being refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from rongshu.federation.signing import errors, messages
from rongshu.federation.signing.digests import BodyDigest
from rongshu.federation.signing.keys import KeysInMemory, SigningKey, VerifiedBy
from rongshu.federation.signing.messages import Asked, Window

HERE, THERE = uuid4(), uuid4()
NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
URL = "https://city.example/-/federation/v1/changes?after=12&limit=500"
SECONDS = timedelta(seconds=1)


class Nonces:
    """What a store of nonces does, in memory."""

    def __init__(self) -> None:
        self.seen: dict[tuple[UUID, str], datetime] = {}

    def is_first(self, node: UUID, nonce: str, until: datetime) -> bool:
        return self.seen.setdefault((node, nonce), until) is until


class Ends:
    """Two nodes that know each other's key."""

    def __init__(self, algorithm: str = "ed25519") -> None:
        self.there, self.here = SigningKey.generate(THERE, algorithm), SigningKey.generate(HERE, algorithm)
        self.keys = KeysInMemory([self.there.public(), self.here.public()])
        self.nonces = Nonces()

    def ask(self, body: bytes = b"", **headers: str) -> dict[str, str]:
        method = "POST" if body else "GET"
        return messages.sign_request(method, URL, headers, body, self.there, to=HERE, at=NOW)

    def take(
        self, headers: Mapping[str, str], body: bytes = b"", url: str = URL, at: datetime = NOW, **given: Any
    ) -> VerifiedBy:
        method = given.pop("method", "POST" if body else "GET")
        told = {"keyring": self.keys, "nonces": self.nonces, "this_node": HERE, **given}
        return messages.verify_request(method, url, headers, body, at=at, **told)


@pytest.fixture
def ends() -> Ends:
    return Ends()


@pytest.mark.parametrize("algorithm", ["ed25519", "sm2"])
def test_a_request_is_its_senders_through_a_gateway_that_renames_the_host(algorithm: str) -> None:
    if algorithm == "sm2":
        pytest.importorskip("gmssl_fast")
    ends = Ends(algorithm)
    headers = ends.ask(b'{"a":1}', **{"Content-Type": "application/json"})
    inner = URL.replace("https://city.example", "http://10.0.0.3:8000")
    assert ends.take(headers, b'{"a":1}', inner) == VerifiedBy(THERE, ends.there.key_id, NOW)


def test_the_same_request_counts_once(ends: Ends) -> None:
    headers = ends.ask()
    ends.take(headers)
    with pytest.raises(errors.MessageReplayed):
        ends.take(headers, at=NOW + 599 * SECONDS)
    # What the store may forget is refused for its age.
    until = max(ends.nonces.seen.values())
    ends.nonces.seen.clear()
    with pytest.raises((errors.SignatureExpired, errors.ClockSkewed)):
        ends.take(headers, at=until + SECONDS)


def test_a_refused_request_uses_up_no_nonce(ends: Ends) -> None:
    headers = ends.ask(b"body")
    with pytest.raises(errors.DigestMismatch):
        ends.take(headers, b"another")
    assert not ends.nonces.seen
    ends.take(headers, b"body")


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"url": URL.replace("after=12", "after=0")}, errors.SignatureWrong),
        ({"url": URL.replace("/changes", "/manifest")}, errors.SignatureWrong),
        ({"method": "DELETE"}, errors.SignatureWrong),
        ({"this_node": THERE}, errors.WrongRecipient),
        ({"keyring": KeysInMemory()}, errors.KeyUnknown),
        ({"at": NOW + timedelta(days=1)}, errors.ClockSkewed),
        ({"at": NOW - timedelta(days=1)}, errors.ClockSkewed),
        ({"at": NOW - 301 * SECONDS}, errors.ClockSkewed),
        ({"at": NOW + 601 * SECONDS}, errors.ClockSkewed),
    ],
)
def test_a_changed_request_is_nobodys(
    ends: Ends, change: dict[str, Any], refused: type[errors.SignatureRefused]
) -> None:
    headers = ends.ask()
    with pytest.raises(refused) as told:
        ends.take(headers, **change)
    assert told.value.fields
    assert not ends.nonces.seen
    ends.take(headers)


@pytest.mark.parametrize("field", ["Federation-To", "Federation-Cursor", "Content-Digest"])
def test_fields_that_count_are_signed(ends: Ends, field: str) -> None:
    headers = ends.ask(b"body", **{"Federation-Cursor": "7"})
    headers[field] = str(HERE) if field == "Federation-To" else "8"
    if field == "Federation-To":
        headers = messages.sign_request("POST", URL, {}, b"body", ends.there, to=THERE, at=NOW)
        headers[field] = str(HERE)
    with pytest.raises(errors.SignatureRefused):
        ends.take(headers, b"body")


def test_what_is_left_unsigned_or_added_is_refused(ends: Ends) -> None:
    with pytest.raises(errors.SignatureMissing):
        ends.take({"Federation-To": str(HERE)})
    headers = ends.ask()
    with pytest.raises(errors.SignatureMissing):
        ends.take({**headers, "Federation-Cursor": "99"})
    with pytest.raises(errors.SignatureMissing):
        ends.take(headers, b"a body nobody signed", method="GET")


@pytest.mark.parametrize(
    "spoilt",
    [
        {"Signature": "fed=:AAAA:"},
        {"Signature": "nonsense"},
        {"Signature-Input": "fed=("},
        {"Signature-Input": 'fed=("@method");created="now";expires=1;keyid="x";tag="rongshu-federation"'},
        {"Signature-Input": 'fed=();created=1;expires=2;keyid="x#y";nonce=7;tag="rongshu-federation"'},
        {"Signature-Input": 'fed=();created=99999999999999;expires=2;keyid=7;tag="rongshu-federation"'},
    ],
)
def test_nonsense_is_refused_with_a_reason(ends: Ends, spoilt: dict[str, str]) -> None:
    with pytest.raises(errors.SignatureRefused) as told:
        ends.take({**ends.ask(), **spoilt})
    assert told.value.code
    assert told.value.status == 401


def test_a_key_counts_within_its_time_and_until_it_is_revoked(ends: Ends) -> None:
    headers = ends.ask()
    known = ends.there.public()
    ends.keys.add(replace(known, valid_until=NOW - SECONDS))
    with pytest.raises(errors.KeyNotInForce):
        ends.take(headers)
    ends.keys.add(known.revoked(NOW))
    with pytest.raises(errors.KeyRevoked):
        ends.take(headers)


def test_a_signature_of_another_algorithm_is_refused(ends: Ends) -> None:
    headers = ends.ask()
    headers["Signature-Input"] = headers["Signature-Input"].replace('alg="ed25519"', 'alg="hmac-sha256"')
    with pytest.raises(errors.SignatureWrong):
        ends.take(headers)


def test_a_life_longer_than_the_window_is_refused(ends: Ends) -> None:
    headers = messages.sign_request(
        "GET", URL, {}, b"", ends.there, to=HERE, at=NOW, window=Window(age=timedelta(days=30))
    )
    with pytest.raises(errors.SignatureMalformed):
        ends.take(headers)


def _answered(ends: Ends, body: bytes, status: int = 200, **headers: str) -> tuple[Asked, dict[str, str]]:
    asked = Asked("GET", URL, ends.ask())
    return asked, messages.sign_response(status, headers, body, ends.here, asked=asked, at=NOW)


def _checked(
    ends: Ends, asked: Asked, headers: Mapping[str, str], body: bytes | None, status: int = 200
) -> Any:
    return messages.verify_response(
        status, headers, body, asked=asked, keyring=ends.keys, node=HERE, at=NOW + SECONDS
    )


def test_a_response_belongs_to_its_request_alone(ends: Ends) -> None:
    asked, headers = _answered(ends, b"lines", ETag='"7"')
    assert _checked(ends, asked, headers, b"lines").by.node == HERE
    with pytest.raises(errors.SignatureWrong):
        _checked(ends, Asked("GET", URL, ends.ask()), headers, b"lines")
    with pytest.raises(errors.SignatureWrong):
        _checked(ends, asked, headers, b"lines", status=304)
    with pytest.raises(errors.SignatureWrong):
        _checked(ends, asked, {**headers, "ETag": '"8"'}, b"lines")
    with pytest.raises(errors.SignatureMissing):
        _checked(ends, asked, {**headers, "Content-Encoding": "gzip"}, b"lines")


def test_a_body_cut_or_changed_is_found_at_its_end(ends: Ends) -> None:
    asked, headers = _answered(ends, b"a long body")
    whole = _checked(ends, asked, headers, None).digest
    whole.require(BodyDigest.of_chunks([b"a long", b" body"]))
    for spoilt in (b"a long bod", b"a long bodz", b""):
        with pytest.raises(errors.DigestMismatch):
            _checked(ends, asked, headers, spoilt)


def test_a_range_is_checked_against_the_whole(ends: Ends) -> None:
    whole = BodyDigest.of(b"a long body")
    asked = Asked("GET", URL, ends.ask(Range="bytes=6-"))
    headers = messages.sign_response(
        206, {"Content-Range": "bytes 6-10/11"}, whole, ends.here, asked=asked, at=NOW
    )
    assert _checked(ends, asked, headers, None, status=206).digest == whole


def test_an_idle_answer_is_signed_without_a_body(ends: Ends) -> None:
    asked, headers = _answered(ends, b"", 304, ETag='"7"')
    assert _checked(ends, asked, headers, b"", status=304).digest is None
    with pytest.raises(errors.DigestMismatch):
        _checked(ends, asked, headers, b"slipped in", status=304)


def test_another_nodes_answer_is_refused(ends: Ends) -> None:
    asked = Asked("GET", URL, ends.ask())
    headers = messages.sign_response(200, {}, b"x", ends.there, asked=asked, at=NOW)
    with pytest.raises(errors.WrongRecipient):
        _checked(ends, asked, headers, b"x")
