"""XML as text: elements with what a text may hold in XML 1.0, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final
from xml.sax.saxutils import escape, quoteattr

XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
# XML 1.0 § 2.2 knows no other characters, escaped or not.
_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(name: str, text: str = "", /, **attributes: str) -> str:
    """Return an element with a text; attributes without a value are left out."""
    return f"<{name}{_written(attributes)}>{escape(_FORBIDDEN.sub('', text))}</{name}>"


def containing(name: str, content: Iterable[str], /, **attributes: str) -> str:
    """Return an element around others, which are markup already."""
    return f"<{name}{_written(attributes)}>{''.join(content)}</{name}>"


def rooted(
    name: str, content: Iterable[str], namespaces: Mapping[str, str], schema: str, **attributes: str
) -> str:
    """Return an element that declares namespaces by prefix ("" for its own) and names their schema."""
    declared = {f"xmlns:{prefix}" if prefix else "xmlns": uri for prefix, uri in namespaces.items()}
    declared |= {"xmlns:xsi": XSI, "xsi:schemaLocation": schema}
    return f"<{name}{_written(declared)}{_written(attributes)}>{''.join(content)}</{name}>"


def _written(attributes: Mapping[str, str]) -> str:
    return "".join(
        f" {name}={quoteattr(_FORBIDDEN.sub('', value))}" for name, value in attributes.items() if value
    )
