"""Which lexicon holds for an organisation now; compiled once per change in every running process."""

from __future__ import annotations

import threading
from typing import Final
from uuid import UUID

from rongshu.foundation import clock
from rongshu.foundation.prepared import Prepared
from rongshu.inspection.found_right import FoundRight
from rongshu.inspection.lexicon import Lexicon, version_of
from rongshu.inspection.models import Dictionary, DictionaryVersion, LexiconState, TextException
from rongshu.inspection.queries.names import local_lexicon
from rongshu.inspection.words import lexicon_part, unpack
from rongshu.organizations.models import Organization

_MOST_KEPT: Final = 200
_GENERATION: Final = Prepared(lambda key: LexiconState.objects.filter(pk=key).values_list("generation"))
_lock: Final = threading.Lock()
_lexicons: Final[dict[tuple[UUID | None, str, int, str], Lexicon]] = {}
_parts: Final[dict[UUID, Lexicon]] = {}


def lexicon_for(organization_id: UUID | None) -> Lexicon:
    """Return the lexicon of an organisation: built-in, the platform's, its superiors', its own, exceptions.

    One small query where nothing has changed; a change is seen by every process at its next call.
    """
    changes = generation()
    local = local_lexicon(changes)
    key = (organization_id, local.version, changes, clock.today().isoformat())
    with _lock:
        found = _lexicons.get(key)
    if found is None:
        found = _assembled(organization_id, local)
        with _lock:
            if len(_lexicons) >= _MOST_KEPT:
                _lexicons.clear()
            _lexicons[key] = found
    return found


def generation() -> int:
    """Return the number that grows with every change of dictionaries and exceptions."""
    return next((row[0] for row in _GENERATION.rows(1)), 0)


def _assembled(organization_id: UUID | None, lexicon: Lexicon) -> Lexicon:
    units = _line_of(organization_id)
    for version in _versions_in_force(units):
        part = _part(version)
        lexicon = Lexicon(
            version_of([lexicon.version, part.version]), terms=part.terms, phrases=part.phrases,
            leaders=part.leaders, sources=part.sources, base=lexicon,
        )  # fmt: skip
    rows = TextException.objects.filter(organization_id__in=units, revoked_at__isnull=True)
    names = ("rule_code", "text", "before", "after")
    excepted = frozenset(FoundRight(*row) for row in rows.values_list(*names))
    if not excepted:
        return lexicon
    lines = [
        lexicon.version,
        *(f"{one.rule_code} {one.before}|{one.text}|{one.after}" for one in sorted(excepted)),
    ]
    return Lexicon(version_of(lines), excepted=excepted, base=lexicon)


def _line_of(organization_id: UUID | None) -> list[UUID]:
    """Return an organisation and its superiors."""
    line: list[UUID] = []
    while organization_id is not None and organization_id not in line:
        line.append(organization_id)
        parents = Organization.objects.filter(pk=organization_id).values_list("parent_id", flat=True)
        organization_id = parents.first()
    return line


def _versions_in_force(units: list[UUID]) -> list[DictionaryVersion]:
    dictionaries = Dictionary.objects.filter(is_active=True)
    mine = dictionaries.filter(organization__isnull=True) | dictionaries.filter(organization_id__in=units)
    rows = DictionaryVersion.objects.filter(
        dictionary__in=mine, effective_from__lte=clock.today()
    ).select_related("dictionary")
    newest: dict[UUID, DictionaryVersion] = {}
    for row in rows.defer("content").order_by("number"):
        newest[row.dictionary_id] = row
    return sorted(newest.values(), key=lambda row: (row.dictionary.organization_id is not None, str(row.pk)))


def _part(version: DictionaryVersion) -> Lexicon:
    """Return the words of a version; a version never changes, so it is compiled once."""
    with _lock:
        found = _parts.get(version.pk)
    if found is None:
        content = bytes(DictionaryVersion.objects.values_list("content", flat=True).get(pk=version.pk))
        dictionary = version.dictionary
        found = lexicon_part(dictionary.kind, dictionary.error_class, unpack(content), version.digest)
        with _lock:
            if len(_parts) >= _MOST_KEPT:
                _parts.clear()
            _parts[version.pk] = found
    return found
