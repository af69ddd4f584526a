"""Searching what is being written: only what the viewer may see, whatever the index says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from rongshu.accounts.viewers import Viewer
from rongshu.library.queries.visibility import in_scope
from rongshu.search import analysis
from rongshu.search.engines.choosing import STAFF, engine
from rongshu.search.engines.clauses import Clause, OneOf
from rongshu.search.engines.port import EngineRequest, Hit
from rongshu.search.loading.working import OF_UNIT, OF_WRITER
from rongshu.search.ranking import compose_plain
from rongshu.search.snippets import Highlighter
from rongshu.search.sources import thing_of

# The database has the last word on every hit, so more are asked for than are shown.
_MARGIN: Final = 5


@dataclass(frozen=True)
class WorkingHit:
    """A piece that is being written. What ends in `_html` is escaped."""

    resource_id: UUID
    title_html: str
    snippet_html: str
    status: str


def search_working(viewer: Viewer, text: str, limit: int = 20) -> list[WorkingHit]:
    """Return the viewer's drafts and pieces under review in which the words stand, the best first."""
    if not text.strip():
        return []
    filters = (reach,) if (reach := _reach(viewer)) else ()
    clause = compose_plain(text, every_word=True)
    hits = engine(STAFF).search(EngineRequest(clause=clause, filters=filters, limit=_MARGIN * limit)).hits
    # A version that was approved or replaced meanwhile is no working version any more.
    rows = in_scope(viewer).filter(pk__in=[thing_of(hit.id)[1] for hit in hits])
    known = {row.pk: row for row in rows.only("pk", "status", "working_version_id")}
    highlighter = Highlighter(analysis.segment(text))
    found = []
    for hit in hits:
        row = known.get(thing_of(hit.id)[1])
        if row is not None and row.working_version_id == UUID(hit.source["version"]):
            found.append(_shown(hit, row.pk, row.get_status_display(), highlighter))
    return found[:limit]


def _reach(viewer: Viewer) -> Clause | None:
    """Narrow to the viewer's units where nothing else brings pieces into his scope."""
    if viewer.reads_everything or viewer.reading_site_ids or viewer.reading_column_ids:
        return None
    units = [f"{OF_UNIT}{one.hex}" for one in sorted(viewer.reading_organization_ids)]
    own = [f"{OF_WRITER}{viewer.person_id.hex}"] if viewer.person_id else []
    return OneOf("reach", (*units, *own))


def _shown(hit: Hit, resource_id: UUID, status: str, highlighter: Highlighter) -> WorkingHit:
    source = hit.source
    return WorkingHit(
        resource_id,
        highlighter.mark(str(source["title"])),
        highlighter.snippet(str(source.get("text") or source.get("summary", ""))),
        status,
    )
