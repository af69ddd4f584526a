"""Masking personal information of a version by one press, as a new working version (P7-06)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import lxml.html
from lxml.html import HtmlElement

from rongshu.accounts.models import Person
from rongshu.accounts.queries import viewer_for
from rongshu.inspection.checking import inspect_text
from rongshu.inspection.errors import NothingToMask
from rongshu.inspection.findings import Finding
from rongshu.inspection.lexicon import Lexicon
from rongshu.inspection.queries.lexicons import lexicon_for
from rongshu.library.actions.revise_resource import revise_resource
from rongshu.library.models import ResourceVersion
from rongshu.library.queries import get_version_for, revision_of


def mask_personal_text(*, actor: Person, version_id: UUID) -> ResourceVersion:
    """Write a new working version in which IDs, phones, cards and addresses are masked; return it.

    Title, summary, keywords, text and elements are masked; files have to be changed by hand.
    Raise `NothingToMask`, `NotAllowed`, `NotFound`.
    """
    version = get_version_for(viewer_for(actor), version_id)
    lexicon = lexicon_for(version.resource.owner_id)
    before = revision_of(version)
    after = replace(
        before,
        title=masked_text(before.title, lexicon),
        subtitle=masked_text(before.subtitle, lexicon),
        description=masked_text(before.description, lexicon),
        keywords=tuple(masked_text(word, lexicon) for word in before.keywords),
        body_html=masked_body(before.body_html, lexicon),
        elements=_masked_value(before.elements, lexicon),
    )
    if after == before:
        raise NothingToMask
    return revise_resource(actor=actor, resource=version.resource, record=after)


def masked_text(text: str, lexicon: Lexicon) -> str:
    """Return the text with personal information masked."""
    for finding in sorted(_personal(text, lexicon), key=lambda one: -one.start):
        text = text[: finding.start] + finding.suggestion + text[finding.end :]
    return text


def masked_body(source: str, lexicon: Lexicon) -> str:
    """Return the body with personal information masked, also where it runs over several elements."""
    if not source.strip():
        return source
    root = lxml.html.fragment_fromstring(source, create_parent="div")
    pieces = _pieces(root)
    joined = "".join(text for _, _, text in pieces)
    hidden = {
        finding.start + place: sign
        for finding in _personal(joined, lexicon)
        if len(finding.suggestion) == finding.end - finding.start
        for place, sign in enumerate(finding.suggestion)
    }
    longer = [one for one in _personal(joined, lexicon) if len(one.suggestion) != one.end - one.start]
    for finding in longer:
        hidden |= {place: "*" for place in range(finding.start, finding.end) if joined[place].isdigit()}
    if not hidden:
        return source
    _write_back(pieces, hidden)
    return _inner(root)


def _personal(text: str, lexicon: Lexicon) -> list[Finding]:
    return [finding for finding in inspect_text(text, lexicon) if finding.class_ == "E6"] if text else []


_Piece = tuple[HtmlElement, str, str]


def _pieces(root: HtmlElement) -> list[_Piece]:
    """Return (element, "text" or "tail", its words) in the order of reading."""
    found: list[_Piece] = []
    for step, element in lxml.etree.iterwalk(root, events=("start", "end")):
        if step == "start" and isinstance(element.tag, str) and element.text:
            found.append((element, "text", element.text))
        if step == "end" and element is not root and element.tail:
            found.append((element, "tail", element.tail))
    return found


def _write_back(pieces: list[_Piece], hidden: Mapping[int, str]) -> None:
    place = 0
    for element, where, text in pieces:
        changed = "".join(hidden.get(place + shift, sign) for shift, sign in enumerate(text))
        if changed != text:
            setattr(element, where, changed)
        place += len(text)


def _inner(root: HtmlElement) -> str:
    head = lxml.html.tostring(root, encoding="unicode")
    return str(head[len("<div>") : -len("</div>")])


def _masked_value(value: Any, lexicon: Lexicon) -> Any:
    if isinstance(value, str):
        return masked_text(value, lexicon)
    if isinstance(value, Mapping):
        return {key: _masked_value(inner, lexicon) for key, inner in value.items()}
    return [_masked_value(inner, lexicon) for inner in value] if isinstance(value, list) else value
