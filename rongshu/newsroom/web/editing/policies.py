"""Content policies of pages that need more than the console's usual one."""

from __future__ import annotations

from typing import Final

_USUAL: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: https:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'self'; base-uri 'none'"
)
# Bodies taken over from old sites may still show pictures that lie elsewhere.
WRITING: Final = f"{_USUAL}; media-src 'self'"
FRAMING: Final = f"{_USUAL}; frame-src 'self'"
# A page of a site, looked at before it is one: no scripts, no forms, nothing it could change.
PREVIEWED: Final = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https: http:; "
    "font-src 'self'; media-src 'self'; form-action 'none'; frame-ancestors 'self'; "
    "base-uri 'none'; sandbox allow-same-origin"
)
