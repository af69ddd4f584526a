"""What an algorithm offers: keys made, loaded and described as JWK (RFC 7517)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Signer(Protocol):
    """A private key in memory."""

    def sign(self, message: bytes) -> bytes: ...

    def public_jwk(self) -> dict[str, str]:
        """Return the public part: the members that RFC 7638 needs for its thumbprint, and no other."""
        ...

    def private_pem(self) -> bytes:
        """Return the private key as PEM, for a file of mode 600."""
        ...


class Verifier(Protocol):
    """A public key in memory."""

    def is_valid(self, signature: bytes, message: bytes) -> bool: ...


class Provider(Protocol):
    """One algorithm: `name` stands in `alg`, `digest` names the digest of what it signs in batches.

    One that `is_slow` signs many records by one signature over a hash tree.
    """

    name: str
    digest: str
    is_slow: bool

    def generate(self) -> Signer: ...

    def load_private(self, pem: bytes) -> Signer:
        """Load a private key; raise `ValueError` when it is none of this algorithm."""
        ...

    def load_public(self, jwk: Mapping[str, str]) -> Verifier:
        """Load a public key; raise `ValueError` when it is none of this algorithm."""
        ...
