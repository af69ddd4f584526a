"""Holding back versions of a batch that have severe findings, one by one (P7-05)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from rongshu.inspection.actions.inspect_version import inspect_version
from rongshu.inspection.checkers.leaders import check_leaders
from rongshu.inspection.checkers.links import check_links
from rongshu.inspection.checkers.personal import check_numbers
from rongshu.inspection.checkers.phrases import check_phrases
from rongshu.inspection.checkers.secrecy import check_secrecy
from rongshu.inspection.checkers.terms import check_terms
from rongshu.inspection.findings import Finding, Severity, Tier
from rongshu.inspection.lexicon import Lexicon
from rongshu.inspection.parts import file_parts, parts_of
from rongshu.inspection.passage import Passage
from rongshu.inspection.queries.findings import blocking_findings
from rongshu.inspection.queries.lexicons import lexicon_for
from rongshu.library.models import ResourceVersion
from rongshu.library.reading.document import Document

_SEVERE_CHECKERS = (check_terms, check_phrases, check_leaders, check_secrecy, check_numbers)
_READ = (
    "resource_id", "resource__owner_id", "title", "subtitle", "description", "author", "keywords", "elements",
    "body", "content_source", "attachments",
)  # fmt: skip
"""What of a version says anything; the rest of its row would take twice as long to read."""


def hold_back_severe(version_ids: Sequence[UUID]) -> set[UUID]:
    """Return the versions with certain, severe findings that nobody has released; they are inspected fully.

    Of a batch of many thousands each is looked at with the checkers that can find severe things, its files
    one after the other; only what shows any is inspected whole.
    """
    held: set[UUID] = set()
    lexicons: dict[UUID, Lexicon] = {}
    rows = ResourceVersion.objects.filter(pk__in=version_ids).select_related("resource").only(*_READ)
    for version in rows.iterator(chunk_size=100):
        owner_id = version.resource.owner_id
        lexicon = lexicons.get(owner_id) or lexicons.setdefault(owner_id, lexicon_for(owner_id))
        if _shows_severe(version, lexicon):
            inspect_version(version_id=version.pk)
            if any(one.tier == Tier.CERTAIN for one in blocking_findings(version)):
                held.add(version.pk)
    return held


def _shows_severe(version: ResourceVersion, lexicon: Lexicon) -> bool:
    if _is_severe([part.document for part in parts_of(version, with_files=False)], lexicon):
        return True
    files = (part.document for file in version.attachments for part in file_parts(file))
    return any(_is_severe([document], lexicon) for document in files)


def _is_severe(documents: Sequence[Document], lexicon: Lexicon) -> bool:
    """The texts are looked at as one: what they cost is the number of passes, not their length."""
    passage = Passage("\n".join(document.text for document in documents))
    found = (one for check in _SEVERE_CHECKERS for one in check(passage, lexicon))
    if any(_counts(one, passage.text, lexicon) for one in found):
        return True
    return any(
        _counts(one, document.text, lexicon)
        for document in documents
        for one in check_links(document, lexicon)
    )


def _counts(finding: Finding, text: str, lexicon: Lexicon) -> bool:
    is_severe = finding.severity is Severity.SEVERE and finding.tier is Tier.CERTAIN
    return is_severe and not lexicon.excepts(finding.rule_code, text, finding.start, finding.end)
