"""Keys of nodes: an id that is the key's own fingerprint (RFC 7638), validity, revocation."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Final, Protocol
from uuid import UUID

from rongshu.federation.signing.errors import KeyNotInForce, KeyRevoked, KeyUnknown, SignatureMalformed
from rongshu.federation.signing.providers import Signer, Verifier, provider, provider_names
from rongshu.foundation.canonical_json import canonical_json

# RFC 7638 § 3.2: the members a thumbprint is taken over, by kind of key.
_THUMBPRINT_MEMBERS: Final = {"OKP": ("crv", "kty", "x"), "EC": ("crv", "kty", "x", "y")}
_ALGORITHMS: Final = {"Ed25519": "ed25519", "SM2": "sm2"}


def thumbprint(jwk: Mapping[str, str]) -> str:
    """Return the key id: the base64url SHA-256 of the key's required members; raise `SignatureMalformed`."""
    members = _THUMBPRINT_MEMBERS.get(str(jwk.get("kty")), ())
    if not members or not all(isinstance(jwk.get(member), str) for member in members):
        raise SignatureMalformed(fields={"jwk": "kty"})
    taken = canonical_json({member: jwk[member] for member in members})
    return urlsafe_b64encode(hashlib.sha256(taken).digest()).rstrip(b"=").decode()


def spoken_fingerprint(key_id: str) -> str:
    """Return a key id as people compare it on the telephone: hexadecimal, four digits at a time."""
    digits = urlsafe_b64decode(key_id + "=" * (-len(key_id) % 4)).hex().upper()
    return " ".join(digits[place : place + 4] for place in range(0, len(digits), 4))


def written_fingerprint(text: str) -> str:
    """Return the key id of either way to write a fingerprint; anything else as it is."""
    digits = "".join(text.replace(":", " ").split())
    if len(digits) != 64 or set(digits.lower()) - set("0123456789abcdef"):
        return text.strip()
    return urlsafe_b64encode(bytes.fromhex(digits)).rstrip(b"=").decode()


def algorithm_of(jwk: Mapping[str, str]) -> str:
    """Return the algorithm a JWK is for: its `alg` where it names one of ours, else after its curve."""
    named = str(jwk.get("alg", "")).lower()
    return named if named in provider_names() else _ALGORITHMS.get(str(jwk.get("crv", "")), named)


@dataclass(frozen=True)
class SigningKey:
    """A private key of this node."""

    node: UUID
    key_id: str
    algorithm: str
    signer: Signer = field(repr=False)

    @classmethod
    def of(cls, node: UUID, signer: Signer, algorithm: str = "ed25519") -> SigningKey:
        """Name a loaded private key by its fingerprint."""
        return cls(node, thumbprint(signer.public_jwk()), algorithm, signer)

    @classmethod
    def generate(cls, node: UUID, algorithm: str = "ed25519") -> SigningKey:
        """Make a new key."""
        return cls.of(node, provider(algorithm).generate(), algorithm)

    @property
    def name(self) -> str:
        """Return what stands in `keyid`."""
        return key_name(self.node, self.key_id)

    def public(self) -> VerifyingKey:
        """Return the public half, valid without limit."""
        return VerifyingKey(self.node, self.key_id, self.algorithm, self.signer.public_jwk())


@dataclass(frozen=True)
class VerifyingKey:
    """A public key of a node, as this node trusts it.

    `revoked_from` is the instant from which nothing it signed is believed: that of the theft where it is
    known, else that of the revocation.
    """

    node: UUID
    key_id: str
    algorithm: str
    jwk: Mapping[str, str]
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    revoked_from: datetime | None = None

    @classmethod
    def of_jwk(cls, node: UUID, jwk: Mapping[str, str]) -> VerifyingKey:
        """Read a JWK; raise `SignatureMalformed`, `AlgorithmUnknown`."""
        algorithm = algorithm_of(jwk)
        key = cls(
            node, thumbprint(jwk), algorithm, {name: jwk[name] for name in _THUMBPRINT_MEMBERS[jwk["kty"]]}
        )
        try:
            key.verifier  # noqa: B018 - loading it is the test
        except ValueError as error:
            raise SignatureMalformed(fields={"jwk": key.key_id}) from error
        return key

    @property
    def name(self) -> str:
        """Return what stands in `keyid`."""
        return key_name(self.node, self.key_id)

    @cached_property
    def verifier(self) -> Verifier:
        """Return the loaded key."""
        return provider(self.algorithm).load_public(self.jwk)

    def require_in_force(self, at: datetime) -> None:
        """Raise `KeyRevoked` or `KeyNotInForce` for what was signed at an instant."""
        if self.revoked_from is not None and at >= self.revoked_from:
            raise KeyRevoked(fields={"key": self.name, "revoked_from": self.revoked_from.isoformat()})
        begins, ends = self.valid_from, self.valid_until
        if (begins is not None and at < begins) or (ends is not None and at > ends):
            raise KeyNotInForce(fields={"key": self.name, "at": at.isoformat()})

    def revoked(self, since: datetime) -> VerifyingKey:
        """Return the same key, revoked."""
        return replace(self, revoked_from=since)


class Keyring(Protocol):
    """The public keys that are trusted here."""

    def find(self, node: UUID, key_id: str) -> VerifyingKey | None: ...


class KeysInMemory:
    """A keyring of given keys: tests, the conformance kit, the verification of one chain."""

    def __init__(self, keys: Iterable[VerifyingKey] = ()) -> None:
        self._keys = {(key.node, key.key_id): key for key in keys}

    def add(self, key: VerifyingKey) -> None:
        """Trust a key, or what is now known of it."""
        self._keys[key.node, key.key_id] = key

    def find(self, node: UUID, key_id: str) -> VerifyingKey | None:
        """Return the key of a node."""
        return self._keys.get((node, key_id))


@dataclass(frozen=True)
class VerifiedBy:
    """Whose key signed: the node, its key, and when it says it did."""

    node: UUID
    key_id: str
    at: datetime


def key_name(node: UUID, key_id: str) -> str:
    """Return `<node>#<fingerprint>`, which names a key among all nodes."""
    return f"{node}#{key_id}"


def split_key_name(name: str) -> tuple[UUID, str]:
    """Return the node and the fingerprint; raise `SignatureMalformed`."""
    node, _, key_id = name.partition("#")
    try:
        if not 0 < len(key_id) <= 100:
            raise ValueError("no fingerprint")
        return UUID(node), key_id
    except ValueError as error:
        raise SignatureMalformed(fields={"keyid": name[:200]}) from error


def find_key(keyring: Keyring, node: UUID, key_id: str) -> VerifyingKey:
    """Return a trusted key; raise `KeyUnknown`."""
    found = keyring.find(node, key_id)
    if found is None:
        raise KeyUnknown(fields={"key": key_name(node, key_id)})
    return found
