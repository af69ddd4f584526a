"""The secret in an enrolment link: drawn at random, kept as a digest only."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """Return 256 random bits as they stand in the link."""
    return secrets.token_urlsafe(32)


def digest_of_token(token: str) -> str:
    """Return what is stored of a token; it is random, so a plain digest gives nothing away."""
    return hashlib.sha256(token.encode()).hexdigest()
