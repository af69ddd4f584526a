"""All of the gate that needs no database: one raw record in, one prepared record out. Runs in any process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rongshu.foundation.errors import RongshuError
from rongshu.library.errors import ElementRefused, ResourceTypeUnknown
from rongshu.library.gate.checking import check
from rongshu.library.gate.classification import Assignment, assignments_of, classify
from rongshu.library.gate.content import VersionContent, digest_of_content
from rongshu.library.gate.deriving import derive, fall_back
from rongshu.library.gate.document_elements import normalise_numbers
from rongshu.library.gate.fingerprints import fingerprint_of
from rongshu.library.gate.normalising import normalise
from rongshu.library.gate.records import GateDefaults
from rongshu.library.gate.schemas import TypeSchema
from rongshu.library.near_duplicates import Fingerprint


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A record whose files are in the store: dirty content, and which address became which reference."""

    content: VersionContent
    addresses: Mapping[str, str]
    base_url: str | None
    errors: tuple[RongshuError, ...] = ()


@dataclass(frozen=True, slots=True)
class PreparedRecord:
    """A record that is clean, checked, classified and fingerprinted; with errors, it is refused."""

    content: VersionContent
    digest: str
    fingerprint: Fingerprint | None
    assignments: tuple[Assignment, ...]
    errors: tuple[RongshuError, ...]


def prepare(raw: RawRecord, schema: TypeSchema | None, defaults: GateDefaults) -> PreparedRecord:
    """Sanitise, normalise, derive, classify, check, fingerprint; without a schema the type is unknown."""
    content = raw.content
    if schema is None or raw.errors:
        unknown = () if schema else (ResourceTypeUnknown(fields={"type": content.type_code}),)
        return PreparedRecord(content, "", None, (), (*raw.errors, *unknown))
    try:
        normalise(content, schema, raw.addresses, raw.base_url)
    except RongshuError as error:
        return PreparedRecord(content, "", None, (), (error,))
    normalise_numbers(content, schema, derives=defaults.derives)
    derive(content, schema, defaults)
    confidence = classify(content, derives=defaults.derives)
    fall_back(content, schema, defaults)
    errors: list[ElementRefused] = check(content, schema, needs_published_at=defaults.needs_published_at)
    if errors:
        return PreparedRecord(content, "", None, (), tuple(errors))
    assignments = assignments_of(content, confidence)
    return PreparedRecord(content, digest_of_content(content), fingerprint_of(content), assignments, ())
