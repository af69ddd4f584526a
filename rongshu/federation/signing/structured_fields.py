"""Dictionaries of structured fields (RFC 9651), read by the library http-sf."""

from __future__ import annotations

from typing import Any

import http_sf

from rongshu.federation.signing.errors import SignatureMalformed


def read_dictionary(name: str, field: str) -> dict[str, tuple[Any, dict[str, Any]]]:
    """Return each member's value and parameters; raise `SignatureMalformed` naming the field."""

    def refuse_duplicate(key: str, context: str) -> None:
        if context == "dictionary":
            raise ValueError(f"{key} twice")

    try:
        read: Any = http_sf.parse(
            field.encode("ascii"), tltype="dictionary", on_duplicate_key=refuse_duplicate
        )
    except (ValueError, UnicodeEncodeError) as error:
        raise SignatureMalformed(fields={name: field[:200]}) from error
    return dict(read)
