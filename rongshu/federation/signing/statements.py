"""What a node says of keys, signed: it announces its next key, endorses another node's, or revokes one.

A statement stands alone: whoever brings it, its signer is known by the key named in `by`.
"""

from __future__ import annotations

from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from rongshu.federation.signing.errors import SignatureMalformed, SignatureWrong
from rongshu.federation.signing.keys import Keyring, SigningKey, VerifyingKey, find_key, split_key_name
from rongshu.federation.signing.proofs import moment, read_moment
from rongshu.foundation.canonical_json import JSONValue, NotCanonicalizable, canonical_json

_TYPE: Final = "rongshu-key-1"
ANNOUNCED: Final = "announced"
ENDORSED: Final = "endorsed"
REVOKED: Final = "revoked"
_KINDS: Final = (ANNOUNCED, ENDORSED, REVOKED)
_LONGEST: Final = 4000

Written = dict[str, JSONValue]


@dataclass(frozen=True)
class KeyStatement:
    """A statement as read: `by_node` and `by_key` say it of `key`; not believed until `check_statement`."""

    kind: str
    by_node: UUID
    by_key: str
    key: VerifyingKey
    at: datetime
    reason: str
    written: Mapping[str, Any]


def state(
    kind: str,
    key: VerifyingKey,
    *,
    by: SigningKey,
    at: datetime,
    reason: str = "",
    possessor: SigningKey | None = None,
) -> Written:
    """Return a signed statement of a key; an announcement is signed by the new key as well (`possessor`)."""
    said: Written = {
        "at": moment(at),
        "by": by.name,
        "key": {**key.jwk, "alg": key.algorithm},
        "kind": kind,
        "node": str(key.node),
        "reason": reason,
        "revoked_from": _moment(key.revoked_from),
        "type": _TYPE,
        "valid_from": _moment(key.valid_from),
        "valid_until": _moment(key.valid_until),
    }
    if possessor is not None:
        said["possession"] = _signature(possessor, said)
    return {**said, "signature": _signature(by, said)}


def read_statement(written: object) -> KeyStatement:
    """Read a statement; raise `SignatureMalformed`, `AlgorithmUnknown`."""
    try:
        if not isinstance(written, dict) or written["type"] != _TYPE or written["kind"] not in _KINDS:
            raise ValueError("no statement of keys")
        if len(canonical_json(written)) > _LONGEST:
            raise ValueError("too long")
        by_node, by_key = split_key_name(str(written["by"]))
        key = VerifyingKey.of_jwk(UUID(written["node"]), written["key"])
        return KeyStatement(
            kind=written["kind"],
            by_node=by_node,
            by_key=by_key,
            key=VerifyingKey(
                key.node,
                key.key_id,
                key.algorithm,
                key.jwk,
                _read_moment(written["valid_from"]),
                _read_moment(written["valid_until"]),
                _read_moment(written["revoked_from"]),
            ),
            at=read_moment(written["at"]),
            reason=str(written["reason"])[:300],
            written=written,
        )
    except (KeyError, TypeError, ValueError, AttributeError, NotCanonicalizable) as error:
        raise SignatureMalformed(fields={"statement": str(error)[:100]}) from error


def check_statement(statement: KeyStatement, keyring: Keyring) -> None:
    """Raise a `SignatureRefused` unless the named key said it while it was in force.

    A node may revoke a key by that very key, also when it is revoked or past its time already.
    """
    by = find_key(keyring, statement.by_node, statement.by_key)
    if statement.kind != REVOKED:
        by.require_in_force(statement.at)
    written = dict(statement.written)
    _require_signed(by, written.pop("signature", None), written)
    if statement.kind == ANNOUNCED:
        _require_signed(statement.key, written.pop("possession", None), written)


def as_field(written: Written) -> str:
    """Return a statement as the value of a header field."""
    return b64encode(canonical_json(written)).decode()


def of_field(value: str) -> KeyStatement:
    """Read a statement from a header field; raise `SignatureMalformed`."""
    try:
        return read_statement(orjson.loads(b64decode(value[: 2 * _LONGEST], validate=True)))
    except ValueError as error:
        raise SignatureMalformed(fields={"federation-key": str(error)[:100]}) from error


def _require_signed(key: VerifyingKey, signature: object, said: dict[str, Any]) -> None:
    try:
        encoded = str(signature)
        raw = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        is_valid = key.verifier.is_valid(raw, canonical_json(said))
    except ValueError:
        is_valid = False
    if not is_valid:
        raise SignatureWrong(fields={"key": key.name})


def _signature(key: SigningKey, said: Written) -> str:
    return urlsafe_b64encode(key.signer.sign(canonical_json(said))).rstrip(b"=").decode()


def _moment(at: datetime | None) -> str | None:
    return None if at is None else moment(at)


def _read_moment(written: Any) -> datetime | None:
    return None if written is None else read_moment(written)
