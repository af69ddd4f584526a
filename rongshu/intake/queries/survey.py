"""What a run found when it read the source: the papers of survey, assessment and plan (P1-08)."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from rongshu.intake.columns import SEPARATOR, ColumnMap, clean_crumbs, standing_columns
from rongshu.intake.crawling.addresses import template
from rongshu.intake.extraction.addresses import extension
from rongshu.intake.models import IntakeRun

_UNSURE: Final = 0.6


def survey_of(run: IntakeRun) -> dict[str, Any]:
    """Return what the source holds: articles by column and template, kinds of pages, encodings, files."""
    columns: Counter[str] = Counter()
    shapes: Counter[str] = Counter()
    files: Counter[str] = Counter()
    rows = run.articles.order_by("position").values_list("url", "column_paths", "files")
    for url, paths, listed in rows.iterator():
        columns[_name(paths)] += 1
        shapes[template(url)] += 1
        files.update(extension(str(file["url"])) or "?" for file in listed)
    kinds = Counter(run.addresses.exclude(kind="").values_list("kind", flat=True).iterator())
    refused = Counter(run.refusals.values_list("code", flat=True).iterator())
    return {
        "source": run.source,
        "articles": columns.total(),
        "pages": dict(kinds.most_common()),
        "columns": [{"old": name, "articles": count} for name, count in columns.most_common()],
        "templates": [{"shape": shape, "articles": count} for shape, count in shapes.most_common(200)],
        "encodings": dict(run.encodings),
        "file_types": dict(files.most_common()),
        "refused": dict(refused.most_common()),
    }


def assessment_of(run: IntakeRun) -> dict[str, Any]:
    """Return how much there is to take over, and what of it wants a person's eye."""
    size, unsure, undated = 0, 0, 0
    for found, listed in run.articles.values_list("extracted", "files").iterator():
        size += sum(int(file.get("size") or 0) for file in listed)
        confidence = found.get("confidence") or {}
        unsure += any(value < _UNSURE for value in confidence.values())
        undated += not found.get("published_at")
    return {
        "articles": run.articles.count(),
        "file_bytes": size,
        "unsure": unsure,
        "undated": undated,
        "refused": run.refusals.count(),
    }


def plan_of(run: IntakeRun) -> dict[str, Any]:
    """Return which column each old one becomes, as the run is about to place its articles."""
    columns = list(standing_columns(run.site))
    names = {column.path: column.name for column in columns}
    mapping = ColumnMap.of(columns, before=run.started_at, chosen=run.mapping)
    counts = Counter(_name(paths) for paths in run.articles.values_list("column_paths", flat=True).iterator())
    rows = []
    for old, count in counts.most_common():
        to = mapping.path_for(old.split(SEPARATOR))
        rows.append({"old": old, "articles": count, "to": to, "is_new": bool(to) and to not in names})
    return {"site": run.site.slug, "columns": rows}


def _name(paths: list[list[str]]) -> str:
    return SEPARATOR.join(clean_crumbs((paths or [[]])[0]))
