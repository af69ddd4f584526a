"""What arrives at the gate, the defaults it may be completed with, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import UUID

from rongshu.foundation.errors import RongshuError

if TYPE_CHECKING:  # worker processes prepare records without Django's models
    from rongshu.organizations.models import Organization

FileRole = Literal["attachment", "image"]
Precision = Literal["minute", "day"]
Outcome = Literal["admitted", "exact-duplicate", "near-duplicate", "refused"]


@dataclass(frozen=True, kw_only=True, slots=True)
class IncomingFile:
    """A file of a record: its bytes, the path of a file to copy, or the digest of a stored file to keep.

    A kept file has to belong to a version the actor may read. The name is what readers see.
    An address in the body equal to `source_url` becomes `attachment:<digest>`.
    """

    name: str
    content: bytes | Path | str
    role: FileRole = "attachment"
    alt: str = ""
    source_url: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class IncomingRecord:
    """One record as its source gives it; every text may be dirty, every code may be missing or wrong.

    `elements` holds extension elements by English name; codes may be given by their Chinese label.
    `given_published_at` is aware; with precision "day" its time of day is 00:00 local time.
    `external_key` names the record at its source (its URL) and comes back in the `Admission`.
    `id`, `origin_node` and `origin_version` are set for a record of another node only.
    """

    type_code: str
    owner: Organization
    title: str
    body_html: str = ""
    content_source: str = ""
    publisher: Organization | None = None
    given_published_at: datetime | None = None
    published_precision: Precision = "minute"
    subtitle: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    author: str = ""
    editor: str = ""
    elements: Mapping[str, Any] = field(default_factory=dict)
    theme_code: str = ""
    genre_code: str = ""
    base_code: str = ""
    audience: tuple[str, ...] = ()
    form: str = ""
    language: str = "zh-Hans"
    open_type: str = "proactive"
    share_type: str = "unconditional"
    image: str = ""
    files: tuple[IncomingFile, ...] = ()
    base_url: str | None = None
    source_app: str = "newsroom"
    legacy_index_number: str = ""
    external_key: str = ""
    id: UUID | None = None
    origin_node: UUID | None = None
    origin_version: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class GateDefaults:
    """Declared rules and site defaults by which the gate may complete migrated and harvested records.

    What it fills is marked in `ResourceVersion.derived` with the rule. Without `derives` nothing is filled.
    """

    derives: bool = True
    content_source: str = ""
    theme_code: str = ""
    genre_code: str = ""
    needs_published_at: bool = True
    # A file that may not be stored refuses its record, or is left out and flagged.
    refuses_bad_files: bool = False
    refuses_taken_index_number: bool = True
    # Per mille; None: the rule "library.near-duplicate". 0 switches near duplicates off.
    near_duplicate_threshold: int | None = None
    # Where a near duplicate goes: a version candidate of the original, or its own resource beside it, linked.
    # Two pages of a site that is taken over must both stay; a person may fold them later.
    keeps_near_duplicates: bool = False


AS_WRITTEN: Final = GateDefaults(derives=False, needs_published_at=False, refuses_bad_files=True)
"""For what a person writes here: nothing is filled in, the first approval gives the date."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Admission:
    """What became of one record.

    `of` is the resource it duplicates. A near duplicate is stored as a version candidate of `of`, or as
    its own resource beside it where the actor may not write `of` or the defaults keep it; an exact one is not
    stored again.
    """

    record_key: str
    outcome: Outcome
    resource_id: UUID | None = None
    version_id: UUID | None = None
    of: UUID | None = None
    errors: tuple[RongshuError, ...] = ()
    flags: tuple[Mapping[str, str], ...] = ()
