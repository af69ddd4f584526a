"""What the origin of a record signs once and every node verifies: node, id, version, digest, kind and time.

The signature is over the canonical JSON (RFC 8785) of these, so that it travels through hubs unchanged. A
proof of a batch holds one signature over a hash tree and the path of its record: slow algorithms sign
thousands at once.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from rongshu.federation.signing import merkle
from rongshu.federation.signing.errors import ProofWrong, SignatureMalformed, SignatureRefused
from rongshu.federation.signing.keys import Keyring, SigningKey, VerifiedBy, VerifyingKey, find_key
from rongshu.federation.signing.providers import Verifier, provider
from rongshu.foundation.canonical_json import JSONValue, canonical_json

_RECORD: Final = "rongshu-record-1"
_BATCH: Final = "rongshu-batch-1"


@dataclass(frozen=True, slots=True)
class Statement:
    """What an origin says of its record: this version has this digest, is this kind of change, since then."""

    node: UUID
    resource: UUID
    version: int
    digest: str
    kind: str
    at: datetime

    def as_bytes(self) -> bytes:
        """Return what is signed."""
        return canonical_json(
            {
                "at": moment(self.at),
                "digest": self.digest,
                "kind": self.kind,
                "node": str(self.node),
                "resource": str(self.resource),
                "type": _RECORD,
                "version": self.version,
            }
        )


@dataclass(frozen=True, slots=True)
class Proof:
    """A signature under a statement, as it stands in an envelope; `batch` where many were signed at once."""

    key_id: str
    at: datetime
    signature: str
    batch: tuple[int, int, tuple[str, ...]] | None = None

    def as_json(self) -> dict[str, JSONValue]:
        """Return the envelope's member `proof`."""
        written: dict[str, JSONValue] = {
            "at": moment(self.at),
            "key": self.key_id,
            "signature": self.signature,
        }
        if self.batch is not None:
            index, size, path = self.batch
            written["batch"] = {"index": index, "path": list(path), "size": size}
        return written

    @classmethod
    def of_json(cls, written: Mapping[str, Any]) -> Proof:
        """Read the envelope's member `proof`; raise `SignatureMalformed`."""
        try:
            batch = written.get("batch")
            return cls(
                key_id=_text(written["key"]),
                at=read_moment(written["at"]),
                signature=_text(written["signature"]),
                batch=None
                if batch is None
                else (int(batch["index"]), int(batch["size"]), tuple(map(_text, batch["path"]))),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise SignatureMalformed(fields={"proof": str(error)[:100]}) from error


def prove(statement: Statement, key: SigningKey) -> Proof:
    """Sign a statement of this node."""
    return Proof(key.key_id, statement.at, _encoded(key.signer.sign(statement.as_bytes())))


def prove_many(statements: Sequence[Statement], key: SigningKey) -> list[Proof]:
    """Sign each statement by itself, or all at once where the algorithm is slow."""
    if provider(key.algorithm).is_slow and len(statements) > 1:
        return prove_batch(statements, key)
    return [prove(statement, key) for statement in statements]


def prove_batch(statements: Sequence[Statement], key: SigningKey) -> list[Proof]:
    """Sign all statements by one signature; each proof stands alone afterwards."""
    if not statements:
        return []
    algorithm = provider(key.algorithm).digest
    leaves = [merkle.leaf_hash(statement.as_bytes(), algorithm) for statement in statements]
    root, paths = merkle.root_and_paths(leaves, algorithm)
    signature = _encoded(key.signer.sign(_batch_bytes(key.node, root, len(leaves), algorithm)))
    return [
        Proof(key.key_id, statement.at, signature, (index, len(leaves), tuple(map(_encoded, path))))
        for index, (statement, path) in enumerate(zip(statements, paths, strict=True))
    ]


def check_proof(
    statement: Statement, proof: Proof, keyring: Keyring, *, witnessed_at: datetime | None = None
) -> VerifiedBy:
    """Return whose statement it is; raise a `SignatureRefused`.

    The key must have been in force when it signed. Once a key is revoked its own word on time counts no more:
    then only `witnessed_at`, when somebody trusted here first saw the proof, shows that it is older than the
    revocation.
    """
    key = find_key(keyring, statement.node, proof.key_id)
    if proof.at != statement.at:
        raise ProofWrong(fields={"at": moment(proof.at)})
    _require_in_force(key, statement.at, witnessed_at)
    if not _is_signed(statement, proof, key):
        raise ProofWrong(fields={"key": key.name, "resource": str(statement.resource)})
    return VerifiedBy(key.node, key.key_id, statement.at)


def check_many(
    proven: Iterable[tuple[Statement, Proof]], keyring: Keyring
) -> list[VerifiedBy | SignatureRefused]:
    """Check many proofs; one that is refused stands in its place and stops no other."""
    return [_checked(statement, proof, keyring) for statement, proof in proven]


def moment(at: datetime) -> str:
    """Return an instant as records write it: UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def read_moment(written: str) -> datetime:
    """Read what `moment` writes; raise `ValueError`."""
    found = datetime.fromisoformat(written)
    if found.tzinfo is None or moment(found) != written:
        raise ValueError("no instant in UTC")
    return found


def _checked(statement: Statement, proof: Proof, keyring: Keyring) -> VerifiedBy | SignatureRefused:
    try:
        return check_proof(statement, proof, keyring)
    except SignatureRefused as refusal:
        return refusal


def _require_in_force(key: VerifyingKey, at: datetime, witnessed_at: datetime | None) -> None:
    if key.revoked_from is None:
        key.require_in_force(at)
    else:
        key.require_in_force(witnessed_at or key.revoked_from)
        key.require_in_force(at)


def _is_signed(statement: Statement, proof: Proof, key: VerifyingKey) -> bool:
    try:
        signature = _decoded(proof.signature)
        if proof.batch is None:
            return key.verifier.is_valid(signature, statement.as_bytes())
        return _is_in_batch(statement, signature, proof.batch, key)
    except ValueError:
        return False


def _is_in_batch(
    statement: Statement, signature: bytes, batch: tuple[int, int, tuple[str, ...]], key: VerifyingKey
) -> bool:
    index, size, path = batch
    algorithm = provider(key.algorithm).digest
    leaf = merkle.leaf_hash(statement.as_bytes(), algorithm)
    root = merkle.root_from_path(leaf, index, size, [_decoded(step) for step in path], algorithm)
    if root is None:
        return False
    # The fingerprint is in the name: equal names are equal keys.
    loaded = _Named(key.name, key.verifier)
    return _is_signed_root(loaded, signature, _batch_bytes(key.node, root, size, algorithm))


@dataclass(frozen=True)
class _Named:
    name: str
    verifier: Verifier = field(compare=False)


@lru_cache(maxsize=1024)
def _is_signed_root(key: _Named, signature: bytes, signed: bytes) -> bool:
    return key.verifier.is_valid(signature, signed)


def _batch_bytes(node: UUID, root: bytes, size: int, algorithm: str) -> bytes:
    return canonical_json(
        {"digest": algorithm, "node": str(node), "root": root.hex(), "size": size, "type": _BATCH}
    )


def _encoded(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 500:
        raise ValueError("no text")
    return value
