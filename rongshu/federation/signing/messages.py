"""Signed requests and responses: HTTP message signatures (RFC 9421) by the library http-message-signatures.

A request covers `@method`, `@path`, `@query`, `federation-to` (the node it is meant for), every other
`Federation-*` field and, where it has a body, `content-digest`. Neither scheme nor host are covered: gateways
between government networks rewrite both, and the recipient's id says more than its host. A response covers
`@status`, what it answers (method, path, query and the request's own signature: it fits no other request),
`repr-digest` and the fields that say how to read it. `Repr-Digest` speaks of the whole, also where a range is
sent: a cut transfer is resumed at any byte, hashed once, and compared at its end.
"""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final, Protocol
from uuid import UUID

from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureAlgorithm,
    HTTPSignatureKeyResolver,
)
from http_message_signatures.digests import ContentDigest
from http_message_signatures.exceptions import HTTPMessageSignaturesException, InvalidSignature

from rongshu.federation.signing.digests import BodyDigest, digest_of_field
from rongshu.federation.signing.errors import (
    ClockSkewed,
    DigestMismatch,
    MessageReplayed,
    SignatureExpired,
    SignatureMalformed,
    SignatureMissing,
    SignatureWrong,
    WrongRecipient,
)
from rongshu.federation.signing.keys import (
    Keyring,
    SigningKey,
    VerifiedBy,
    VerifyingKey,
    find_key,
    split_key_name,
)
from rongshu.federation.signing.providers import provider
from rongshu.federation.signing.structured_fields import read_dictionary
from rongshu.foundation import clock

TAG: Final = "rongshu-federation"
_LABEL: Final = "fed"
_REQUEST: Final = ("@method", "@path", "@query", "federation-to")
_ANSWERED: Final = ('"@method";req', '"@path";req', '"@query";req')
_ANSWERED_SIGNATURE: Final = '"signature";req'
# What a receiver acts on besides the body, covered wherever it is sent.
_READING: Final = ("content-type", "content-encoding", "content-range", "etag", "location", "retry-after")

Headers = Mapping[str, str]
Body = bytes | BodyDigest


class NonceStore(Protocol):
    """Which messages have been here; kept until they would be refused for their age."""

    def is_first(self, node: UUID, nonce: str, until: datetime) -> bool:
        """Remember a nonce; return False when it was known."""
        ...


@dataclass(frozen=True, slots=True)
class Window:
    """How far two clocks may be apart, and how long a message may be on its way."""

    skew: timedelta = timedelta(seconds=300)
    age: timedelta = timedelta(seconds=300)


@dataclass(frozen=True, slots=True)
class Asked:
    """The request a response belongs to, with the fields it was sent or received with."""

    method: str
    url: str
    headers: Headers


@dataclass(frozen=True, slots=True)
class VerifiedResponse:
    """A response whose fields are its node's; `digest` is what the whole body must have (`None`: no body)."""

    by: VerifiedBy
    digest: BodyDigest | None


def sign_request(
    method: str,
    url: str,
    headers: Headers,
    body: Body,
    key: SigningKey,
    *,
    to: UUID,
    window: Window | None = None,
    at: datetime | None = None,
) -> dict[str, str]:
    """Return all header fields of the request, signed for one recipient; `body` may be its digest."""
    signed = {**headers, "Federation-To": str(to)}
    has_body = isinstance(body, BodyDigest) or bool(body)
    if has_body:
        signed["Content-Digest"] = _digest_of(body, key).field
    covered = [*_REQUEST, *_own_fields(signed), *(["content-digest"] if has_body else [])]
    message = _Message(method.upper(), url, signed)
    _sign(message, key, covered, window=window, at=at, nonce=secrets.token_urlsafe(18))
    return signed


def verify_request(
    method: str,
    url: str,
    headers: Headers,
    body: Body,
    *,
    keyring: Keyring,
    nonces: NonceStore,
    this_node: UUID,
    window: Window | None = None,
    at: datetime | None = None,
) -> VerifiedBy:
    """Return whose request it is; raise a `SignatureRefused` that says why it is nobody's."""
    named = _Fields(headers)
    window, at = window or Window(), at or clock.now()
    claimed = _read_claim(named, window, at)
    if named.get("federation-to", "").lower() != str(this_node):
        raise WrongRecipient(fields={"federation-to": named.get("federation-to", "")[:50]})
    key = find_key(keyring, claimed.node, claimed.key_id)
    key.require_in_force(at)
    has_body = isinstance(body, BodyDigest) or bool(body)
    needed = [*_REQUEST, *_own_fields(named), *(["content-digest"] if has_body else [])]
    _verify(_Message(method.upper(), url, named), key, needed)
    if has_body:
        digest_of_field(named["content-digest"]).require(body)
    if not nonces.is_first(claimed.node, claimed.nonce, claimed.expires + window.skew):
        raise MessageReplayed(fields={"nonce": claimed.nonce[:100]})
    return VerifiedBy(claimed.node, claimed.key_id, claimed.created)


def sign_response(
    status: int,
    headers: Headers,
    body: Body,
    key: SigningKey,
    *,
    asked: Asked,
    window: Window | None = None,
    at: datetime | None = None,
) -> dict[str, str]:
    """Return all header fields of the response to a request, signed.

    Raise `SignatureMalformed` where the request's own fields are such that nothing can be said of them.
    `body` is the whole representation as sent (encoded), or its digest; for a 206 the digest of the whole.
    """
    signed = dict(headers)
    if isinstance(body, BodyDigest) or body:
        signed["Repr-Digest"] = _digest_of(body, key).field
    message = _Message("", "", signed, status=status, request=_message_of(asked))
    _sign(message, key, _covered_by_response(_Fields(signed), asked), window=window, at=at)
    return signed


def verify_response(
    status: int,
    headers: Headers,
    body: Body | None,
    *,
    asked: Asked,
    keyring: Keyring,
    node: UUID,
    window: Window | None = None,
    at: datetime | None = None,
) -> VerifiedResponse:
    """Return who answered; raise a `SignatureRefused`.

    Without a body (it is still coming, or only a range of it) the caller compares `digest` at its end.
    `asked` holds the fields as we sent them.
    """
    named = _Fields(headers)
    claimed = _read_claim(named, window or Window(), at or clock.now())
    if claimed.node != node:
        raise WrongRecipient(
            "答复的签名不属于所请求的节点，请核对对方节点的标识。", fields={"keyid": str(claimed.node)}
        )
    key = find_key(keyring, claimed.node, claimed.key_id)
    key.require_in_force(at or clock.now())
    message = _Message("", "", named, status=status, request=_message_of(asked))
    _verify(message, key, _covered_by_response(named, asked))
    digest = digest_of_field(named["repr-digest"]) if "repr-digest" in named else None
    if body is not None:
        _require_body(digest, body)
    return VerifiedResponse(VerifiedBy(claimed.node, claimed.key_id, claimed.created), digest)


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a signature says of itself, before anybody believes it."""

    node: UUID
    key_id: str
    created: datetime
    expires: datetime
    nonce: str


class _Fields(dict[str, str]):
    """Header fields by lower-case names."""

    def __init__(self, headers: Headers) -> None:
        super().__init__({name.lower(): value for name, value in headers.items()})


class _Message:
    """A message as the library reads it; one with `status_code` is a response."""

    def __init__(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        *,
        status: int = 0,
        request: _Message | None = None,
    ) -> None:
        self.method, self.url, self.headers = method, url, headers
        if request is not None:
            self.status_code, self.request = status, request


def _message_of(asked: Asked) -> _Message:
    return _Message(asked.method.upper(), asked.url, _Fields(asked.headers))


def _digest_of(body: Body, key: SigningKey) -> BodyDigest:
    return body if isinstance(body, BodyDigest) else BodyDigest.of(body, provider(key.algorithm).digest)


def _own_fields(headers: Headers) -> list[str]:
    names = {name.lower() for name in headers}
    return sorted(name for name in names if name.startswith("federation-") and name != "federation-to")


def _covered_by_response(headers: _Fields, asked: Asked) -> list[str]:
    is_signed = any(name.lower() == "signature" for name in asked.headers)
    return [
        "@status",
        *_ANSWERED,
        *([_ANSWERED_SIGNATURE] if is_signed else []),
        *(name for name in ("repr-digest", *_READING) if name in headers),
        *_own_fields(headers),
    ]


def _sign(
    message: _Message,
    key: SigningKey,
    covered: Iterable[str],
    *,
    window: Window | None,
    at: datetime | None,
    nonce: str | None = None,
) -> None:
    created, window = at or clock.now(), window or Window()
    signer = _Signer(signature_algorithm=_algorithm(key.algorithm))
    try:
        prepared = signer.prepare(
            message,
            key_id=key.name,
            created=created,
            expires=created + window.age,
            nonce=nonce,
            label=_LABEL,
            tag=TAG,
            covered_component_ids=list(covered),
        )
    except HTTPMessageSignaturesException as error:
        raise SignatureMalformed(fields={"reason": str(error)[:200]}) from error
    # Not the library's `apply`: it reads everything again, in case another thread changed the message.
    signature = b64encode(key.signer.sign(prepared.signature_base)).decode()
    message.headers["Signature-Input"] = f"{_LABEL}={prepared.signature_params}"
    message.headers["Signature"] = f"{_LABEL}=:{signature}:"


def _verify(message: _Message, key: VerifyingKey, needed: Iterable[str]) -> None:
    verifier = _Verifier(signature_algorithm=_algorithm(key.algorithm), key_resolver=_One(key.verifier))
    try:
        found = verifier.verify(message, max_age=None, expect_tag=TAG)
    except InvalidSignature as error:
        raise SignatureWrong(fields={"reason": str(error)[:200]}) from error
    except HTTPMessageSignaturesException as error:
        raise SignatureMalformed(fields={"reason": str(error)[:200]}) from error
    covered = set(found[0].covered_components)
    left_out = [name for name in needed if (name if name.startswith('"') else f'"{name}"') not in covered]
    if left_out:
        raise SignatureMissing(fields={"not-covered": " ".join(left_out)})


def _read_claim(headers: _Fields, window: Window, at: datetime) -> _Claim:
    parameters = _our_parameters(headers)
    created, expires = _instant(parameters, "created"), _instant(parameters, "expires")
    nonce, keyid = parameters.get("nonce", ""), parameters.get("keyid")
    if not isinstance(keyid, str) or not isinstance(nonce, str) or len(nonce) > 200:
        raise SignatureMalformed(fields={"parameter": "keyid, nonce"})
    if "federation-to" in headers and len(nonce) < 16:
        raise SignatureMissing(fields={"parameter": "nonce"})
    _require_time(created, expires, window, at)
    node, key_id = split_key_name(keyid)
    return _Claim(node, key_id, created, expires, nonce)


def _our_parameters(headers: _Fields) -> Mapping[str, Any]:
    if "signature" not in headers or "signature-input" not in headers:
        raise SignatureMissing
    members = read_dictionary("signature-input", headers["signature-input"])
    ours = [parameters for _, parameters in members.values() if parameters.get("tag") == TAG]
    if not ours:
        raise SignatureMissing(fields={"tag": TAG})
    if len(ours) > 1:
        raise SignatureMalformed(fields={"tag": TAG})
    return ours[0]


def _instant(parameters: Mapping[str, Any], name: str) -> datetime:
    value = parameters.get(name)
    try:
        if type(value) is not int:
            raise ValueError("no integer")
        return datetime.fromtimestamp(value, tz=UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise SignatureMalformed(fields={"parameter": name}) from error


def _require_time(created: datetime, expires: datetime, window: Window, at: datetime) -> None:
    times = {"created": created.isoformat(), "now": at.isoformat()}
    if not timedelta() < expires - created <= window.age + window.skew:
        raise SignatureMalformed(fields={"parameter": "expires"})
    if created > at + window.skew or at > created + window.age + window.skew:
        raise ClockSkewed(fields=times)
    if at > expires + window.skew:
        raise SignatureExpired(fields={**times, "expires": expires.isoformat()})


def _require_body(digest: BodyDigest | None, body: Body) -> None:
    if digest is not None:
        digest.require(body)
    elif isinstance(body, BodyDigest) or body:
        raise DigestMismatch(
            fields={
                "expected": "",
                "found": BodyDigest.of(body).tagged if isinstance(body, bytes) else body.tagged,
            }
        )


class _Digests(ContentDigest):
    """Left to `digests`: the library knows no SM3."""

    @classmethod
    def prepare(cls, headers: Any, body: bytes | None, *, use_existing_digest: bool) -> None:
        """Leave the digest as it stands."""


class _Signer(HTTPMessageSigner):
    content_digest_class = _Digests


class _Verifier(HTTPMessageVerifier):
    """The library's, without its own look at the clock: `_require_time` has told what is wrong with it."""

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        """Leave times to `_require_time`."""


class _One(HTTPSignatureKeyResolver):
    """The one key that was looked up."""

    def __init__(self, public_key: Any) -> None:
        self._public = public_key

    def resolve_public_key(self, key_id: str) -> Any:
        return self._public


@cache
def _algorithm(name: str) -> type[HTTPSignatureAlgorithm]:
    """Return the library's view of one of our providers."""

    class Provided(HTTPSignatureAlgorithm):
        algorithm_id = name

        def __init__(self, public_key: Any = None, private_key: Any = None) -> None:
            self._public = public_key

        def verify(self, signature: bytes, message: bytes) -> None:
            if not self._public.is_valid(signature, message):
                raise InvalidSignature("the key did not sign this")

    provider(name)
    return Provided
