"""Digests in header fields (RFC 9530): `sha-256=:…:`, `sm3=:…:`, and their tagged form in records."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from rongshu.federation.signing.errors import DigestMismatch, SignatureMalformed
from rongshu.federation.signing.structured_fields import read_dictionary
from rongshu.foundation.canonical_json import split_digest

# The names of RFC 9530 (sm3 is registered nowhere yet), and ours.
_NAMES: Final = {"sha256": "sha-256", "sm3": "sm3"}
_TAGS: Final = {name: tag for tag, name in _NAMES.items()}


@dataclass(frozen=True, slots=True)
class BodyDigest:
    """The digest of a body, computed once however long it is: `algorithm` is `sha256` or `sm3`."""

    algorithm: str
    value: bytes

    @classmethod
    def of(cls, body: bytes, algorithm: str = "sha256") -> BodyDigest:
        """Return the digest of a body in memory."""
        return cls.of_chunks((body,), algorithm)

    @classmethod
    def of_chunks(cls, chunks: Iterable[bytes], algorithm: str = "sha256") -> BodyDigest:
        """Return the digest of a stream."""
        state = hashlib.new(algorithm)
        for chunk in chunks:
            state.update(chunk)
        return cls(algorithm, state.digest())

    @classmethod
    def of_tagged(cls, tagged: str) -> BodyDigest:
        """Return a digest known from elsewhere, as `sha256:<hex>`: a stored file is not hashed again."""
        algorithm, digits = split_digest(tagged)
        return cls(algorithm, bytes.fromhex(digits))

    @property
    def field(self) -> str:
        """Return the value of `Content-Digest` or `Repr-Digest`."""
        return f"{_NAMES[self.algorithm]}=:{b64encode(self.value).decode()}:"

    @property
    def tagged(self) -> str:
        """Return it as records write it: `sha256:<hex>`."""
        return f"{self.algorithm}:{self.value.hex()}"

    def require(self, body: bytes | BodyDigest) -> None:
        """Raise `DigestMismatch` unless the body has this digest."""
        found = BodyDigest.of(body, self.algorithm) if isinstance(body, bytes) else body
        if found.algorithm != self.algorithm or not hmac.compare_digest(found.value, self.value):
            raise DigestMismatch(fields={"expected": self.tagged, "found": found.tagged})


def digest_of_field(field: str) -> BodyDigest:
    """Read `Content-Digest` or `Repr-Digest`: the first algorithm we know; raise `SignatureMalformed`."""
    for name, (value, _) in read_dictionary("digest", field).items():
        if name in _TAGS and isinstance(value, bytes) and len(value) == 32:
            return BodyDigest(_TAGS[name], value)
    raise SignatureMalformed(fields={"digest": field[:200]})
