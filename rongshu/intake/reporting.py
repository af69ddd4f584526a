"""The report of a run, in the JSON shape that later issues of the format keep."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from rongshu.intake.frontier import key_of
from rongshu.intake.models import IntakeArticle, IntakeRefusal, IntakeRun
from rongshu.intake.queries import detours
from rongshu.library.models import Resource

Outcome = IntakeArticle.Outcome


def report_of(run: IntakeRun) -> dict[str, Any]:
    """Return `{run, source_count, stored, duplicates, refused, articles, …}`.

    source_count = stored + len(duplicates) + len(refused). `new_url` is None until the batch is approved.
    """
    rows = list(run.articles.order_by("position"))
    stored = [row for row in rows if row.outcome == Outcome.STORED]
    repeated = [row for row in rows if row.outcome == Outcome.DUPLICATE]
    refused = [_refused(row) for row in rows if row.outcome == Outcome.REFUSED]
    refused += [_refused(row) for row in run.refusals.order_by("id")]
    urls = {row.resource_id: row.url for row in stored}
    return {
        "run": str(run.id),
        "source": run.source,
        "site": run.site.slug,
        "status": run.phase,
        "source_count": len(stored) + len(repeated) + len(refused),
        "stored": len(stored),
        "duplicates": [{"url": row.url, "of": _original(row, urls)} for row in repeated],
        "refused": refused,
        "articles": _articles(run, stored, repeated),
    }


def _refused(row: IntakeArticle | IntakeRefusal) -> dict[str, str]:
    return {"url": row.url, "code": row.code, "reason": row.reason}


def _original(row: IntakeArticle, urls: dict[UUID | None, str]) -> str:
    """The URL in this run of what a row repeats; of what stood in the library before, its identifier."""
    return urls.get(row.of_resource_id) or f"resource:{row.of_resource_id}"


def _articles(
    run: IntakeRun, stored: list[IntakeArticle], repeated: list[IntakeArticle]
) -> list[dict[str, Any]]:
    repetitions: dict[UUID | None, list[IntakeArticle]] = defaultdict(list)
    for row in repeated:
        repetitions[row.of_resource_id].append(row)
    new_urls = _new_urls(run)
    leading = detours(run)
    return [_article(row, repetitions[row.resource_id], leading, new_urls) for row in stored]


def _article(
    row: IntakeArticle,
    repetitions: list[IntakeArticle],
    leading: dict[str, list[str]],
    new_urls: dict[UUID | None, str],
) -> dict[str, Any]:
    found = row.extracted
    urls = [url for each in (row, *repetitions) for url in (each.url, *each.other_urls)]
    others = dict.fromkeys([*urls, *(detour for url in urls for detour in leading.get(key_of(url), ()))])
    paths = _distinct([*row.column_paths, *(path for each in repetitions for path in each.column_paths)])
    return {
        "url": row.url,
        "other_urls": [url for url in others if url != row.url],
        "title": found["title"],
        "published_at": found["published_at"],
        "source": found["source"],
        "document_number": found["document_number"],
        "body_text": found["body_text"],
        "column_path": paths[0] if paths else [],
        "column_paths": paths,
        "attachments": [
            {"name": file["name"], "url": file["url"], "sha256": file.get("sha256")}
            for file in row.files
            if file["role"] == "attachment"
        ],
        "images": [
            {"url": file["url"], "sha256": file.get("sha256"), "alt": file.get("alt", "")}
            for file in row.files
            if file["role"] == "image"
        ],
        "new_url": new_urls.get(row.resource_id),
    }


def _new_urls(run: IntakeRun) -> dict[UUID | None, str]:
    if run.phase != IntakeRun.Phase.FINISHED:
        return {}
    resources = Resource.objects.filter(effective_version__batch_id=run.batch_id)
    return {
        resource_id: f"{run.site.base_url}/a/{address}.html"
        for resource_id, address in resources.values_list("id", "address").iterator()
    }


def _distinct(paths: list[list[str]]) -> list[list[str]]:
    return [list(path) for path in dict.fromkeys(tuple(path) for path in paths if path)]
