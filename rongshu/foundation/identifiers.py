"""Identifiers: UUIDv7 primary keys, and the short ids that stand in public addresses."""

import hashlib
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from uuid_utils import compat

# Crockford's base 32 leaves out i, l, o and u: nothing to misread, and few words to be embarrassed by.
_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_READ_AS: Final = str.maketrans("oil", "011")

SHORT_ID_LENGTH: Final = 10
SHORTEST: Final = 8
LONGEST: Final = 12


def new_id() -> UUID:
    """Return a fresh UUIDv7 (RFC 9562 § 5.7): grows with time, also within one millisecond."""
    return compat.uuid7()


def created_at(identifier: UUID) -> datetime:
    """Return the instant (UTC, milliseconds) written in a UUIDv7; raise ValueError for other versions."""
    if identifier.version != 7:
        raise ValueError(f"not a UUIDv7: {identifier}")
    return datetime.fromtimestamp((identifier.int >> 80) / 1000, tz=UTC)


def short_id(identifier: UUID, *, attempt: int = 0, length: int = SHORT_ID_LENGTH) -> str:
    """Return the short id of a UUID for addresses: `length` (8–12) lower-case Crockford base-32 digits.

    The same UUID always gives the same short id. Ten digits are 50 bits: among ten million resources
    about one pair in twenty libraries collides. Who stores it holds uniqueness and tries `attempt` 1, 2, ….
    """
    if not SHORTEST <= length <= LONGEST:
        raise ValueError(f"a short id has {SHORTEST} to {LONGEST} digits, not {length}")
    seed = hashlib.blake2b(identifier.bytes, digest_size=8, salt=attempt.to_bytes(16, "big")).digest()
    bits = int.from_bytes(seed, "big")
    return "".join(_ALPHABET[(bits >> 5 * place) & 31] for place in range(length))


def is_short_id(text: str) -> bool:
    """Whether `text` is written as `short_id` writes it."""
    return SHORTEST <= len(text) <= LONGEST and set(text) <= set(_ALPHABET)


def read_short_id(text: str) -> str | None:
    """Return the short id a person typed (capitals, o for 0, i and l for 1), or None when it is none."""
    candidate = text.strip().lower().translate(_READ_AS)
    return candidate if is_short_id(candidate) else None
