"""Keep words of one meaning and stop words; every change is in the audit log with what was before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import record
from rongshu.search.analysis import normalise
from rongshu.search.errors import VocabularyMalformed
from rongshu.search.models import VocabularyEntry
from rongshu.search.permissions import may_manage_vocabulary
from rongshu.sites.models import Site

_MOST_WORDS: Final = 20
_LONGEST_WORD: Final = 30


def keep_vocabulary_entry(
    *,
    actor: Person,
    kind: str,
    words: Sequence[str],
    leads_to: Sequence[str] = (),
    site: Site | None = None,
    note: str = "",
    entry: VocabularyEntry | None = None,
) -> VocabularyEntry:
    """Add an entry, or change one; that of a site stays the site's."""
    values = _values(kind, words, leads_to)
    with transaction.atomic():
        row = VocabularyEntry.objects.select_for_update().get(pk=entry.pk) if entry else None
        place = row.site if row else site
        require(may_manage_vocabulary(viewer_for(actor), place))
        before = _as_text(row) if row else ""
        row = row or VocabularyEntry(site=place)
        row.kind, row.words, row.leads_to, row.note = kind, *values, note[:200]
        row.person, row.changed_at = actor, timezone.now()
        row.save()
        record(actor, "search.vocabulary-kept", row, was=before, now=_as_text(row))
    return row


def remove_vocabulary_entry(*, actor: Person, entry: VocabularyEntry) -> None:
    """Remove an entry; the audit log still says what it was."""
    with transaction.atomic():
        row = VocabularyEntry.objects.select_for_update().get(pk=entry.pk)
        require(may_manage_vocabulary(viewer_for(actor), row.site))
        record(actor, "search.vocabulary-removed", row, was=_as_text(row))
        row.delete()


def checked_entry(
    *, kind: str, words: Sequence[str], leads_to: Sequence[str] = (), site: Site | None = None
) -> VocabularyEntry:
    """Return an entry that is not kept, to try its effect."""
    ours, theirs = _values(kind, words, leads_to)
    return VocabularyEntry(kind=kind, words=ours, leads_to=theirs, site=site)


def _values(kind: str, words: Sequence[str], leads_to: Sequence[str]) -> tuple[list[str], list[str]]:
    ours, theirs = _cleaned(words), _cleaned(leads_to)
    if kind not in VocabularyEntry.Kind.values:
        raise VocabularyMalformed(fields={"kind": "请选择类别。"})
    least = 2 if kind == VocabularyEntry.Kind.SYNONYMS else 1
    if not least <= len(ours) <= _MOST_WORDS:
        raise VocabularyMalformed(fields={"words": f"请填写 {least} 至 {_MOST_WORDS} 个词，用空格分开。"})
    is_one_way = kind == VocabularyEntry.Kind.ONE_WAY
    if is_one_way and not 1 <= len(theirs) <= _MOST_WORDS:
        raise VocabularyMalformed(fields={"leads_to": "请填写扩展为哪些词。"})
    return ours, theirs if is_one_way else []


def _cleaned(words: Sequence[str]) -> list[str]:
    texts = ["".join(normalise(word).split()) for word in words]
    too_long = next((one for one in texts if len(one) > _LONGEST_WORD), None)
    if too_long:
        raise VocabularyMalformed(
            fields={"words": f"“{too_long[:10]}…”太长，每个词最多 {_LONGEST_WORD} 个字。"}
        )
    return list(dict.fromkeys(one for one in texts if any(map(str.isalnum, one))))


def _as_text(row: VocabularyEntry) -> str:
    leads = f" > {' '.join(row.leads_to)}" if row.leads_to else ""
    return f"{row.kind}: {' '.join(row.words)}{leads}"
