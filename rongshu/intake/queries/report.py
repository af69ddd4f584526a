"""The report of a run, in the JSON shape that later issues of the format keep."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from rongshu.intake.frontier import key_of
from rongshu.intake.models import IntakeArticle, IntakeRefusal, IntakeRun
from rongshu.intake.old_addresses import order_of
from rongshu.intake.queries.runs import detours
from rongshu.library.models import ResourceVersion
from rongshu.sites.models import Placement

Outcome = IntakeArticle.Outcome
NewUrls = Mapping[UUID | None, str]


@dataclass(frozen=True)
class Kept:
    """The files of a version in the library, and what the gate remarked about others."""

    digests: frozenset[str]
    flags: list[dict[str, str]]


_NOT_KEPT: Final = {"code": "file-not-kept", "message": "附件未收入资源库。"}


def report_of(run: IntakeRun) -> dict[str, Any]:
    """Return `{run, source_count, stored, duplicates, refused, articles, …}`.

    source_count = stored + len(duplicates) + len(refused). `new_url` is None until the batch is approved.
    """
    rows = list(run.articles.order_by("position"))
    stored = [row for row in rows if row.outcome == Outcome.STORED]
    repeated = [row for row in rows if row.outcome == Outcome.DUPLICATE]
    refused = [_refused(row) for row in rows if row.outcome == Outcome.REFUSED]
    refused += [_refused(row) for row in run.refusals.order_by("id")]
    new_urls = _new_urls(run, {row.resource_id for row in rows if row.resource_id})
    return {
        "run": str(run.id),
        "source": run.source,
        "site": run.site.slug,
        "status": run.phase,
        "source_count": len(stored) + len(repeated) + len(refused),
        "stored": len(stored),
        "duplicates": _duplicates(stored, repeated, new_urls),
        "refused": refused,
        "articles": _articles(run, stored, repeated, new_urls),
        "waiting_places": _waiting_places(run, {row.resource_id for row in repeated if row.resource_id}),
    }


def _refused(row: IntakeArticle | IntakeRefusal) -> dict[str, str]:
    return {"url": row.url, "code": row.code, "reason": row.reason}


def _duplicates(
    stored: list[IntakeArticle], repeated: list[IntakeArticle], new_urls: NewUrls
) -> list[dict[str, Any]]:
    """List what was not stored again: `of` is a URL of this run, or `resource:<id>` of the library.

    The same text under two dates is one article with the earlier of them; the other date stands here.
    """
    urls = {row.resource_id: row.url for row in stored}
    return [
        {
            "url": row.url,
            "of": urls.get(row.of_resource_id) or f"resource:{row.of_resource_id}",
            "new_url": new_urls.get(row.resource_id),
            "title": row.extracted["title"],
            "published_at": row.extracted["published_at"],
        }
        for row in repeated
    ]


def _articles(
    run: IntakeRun, stored: list[IntakeArticle], repeated: list[IntakeArticle], new_urls: NewUrls
) -> list[dict[str, Any]]:
    repetitions: dict[UUID | None, list[IntakeArticle]] = defaultdict(list)
    for row in repeated:
        repetitions[row.of_resource_id].append(row)
    leading, kept = detours(run), _kept(run)
    return [
        _article(row, repetitions[row.resource_id], leading, kept.get(row.version_id))
        | {"new_url": new_urls.get(row.resource_id)}
        for row in stored
    ]


def _article(
    row: IntakeArticle,
    repetitions: list[IntakeArticle],
    leading: dict[str, list[str]],
    kept: Kept | None,
) -> dict[str, Any]:
    found = row.extracted
    urls = [url for each in (row, *repetitions) for url in (each.url, *each.other_urls)]
    others = dict.fromkeys([*urls, *(detour for url in urls for detour in leading.get(key_of(url), ()))])
    pages = sorted((row, *repetitions), key=lambda each: order_of(each.url, each.extracted["published_at"]))
    paths = _distinct([path for each in pages for path in each.column_paths])
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
            {"name": file["name"], **_file(file, kept)} for file in row.files if file["role"] == "attachment"
        ],
        "images": [
            {"alt": file.get("alt", ""), **_file(file, kept)} for file in row.files if file["role"] == "image"
        ],
    }


def _file(file: dict[str, Any], kept: Kept | None) -> dict[str, Any]:
    """Name a file by address and content; one that is not in the library says why."""
    listed = {"url": file["url"], "sha256": file.get("sha256")}
    if file.get("code"):
        return listed | {"code": file["code"], "reason": file["reason"]}
    if kept is None or f"sha256:{file['sha256']}" in kept.digests:
        return listed
    flag: dict[str, str] = next((each for each in kept.flags if file["name"] in each["message"]), _NOT_KEPT)
    return listed | {"code": flag["code"], "reason": flag["message"]}


def _kept(run: IntakeRun) -> dict[UUID | None, Kept]:
    """Return what became of the files of every version of the run that has any."""
    versions = ResourceVersion.objects.filter(batch_id=run.batch_id).order_by("pk")
    return {
        pk: Kept(
            frozenset(each["digest"] for each in attachments),
            [flag for flag in flags if flag["element"] == "Attachments"],
        )
        for pk, attachments, flags in versions.values_list("pk", "attachments", "flags").iterator()
    }


def _new_urls(run: IntakeRun, resource_ids: set[UUID]) -> NewUrls:
    """Return the address on the run's site of each resource that readers see there."""
    if run.phase != IntakeRun.Phase.FINISHED:
        return {}
    base = run.site.base_url.rstrip("/")
    showing = Placement.objects.filter(site=run.site, state=Placement.State.SHOWING).order_by("id")
    seen = showing.filter(resource__effective_version__isnull=False)
    rows = seen.values_list("resource_id", "resource__address").iterator()
    return {pk: f"{base}/a/{address}.html" for pk, address in rows if pk in resource_ids}


def _waiting_places(run: IntakeRun, resource_ids: set[UUID]) -> list[dict[str, str]]:
    """List what the library had and what waits, on this site, for the review its column asks for."""
    waiting = Placement.objects.filter(
        site=run.site, state=Placement.State.WAITING, approval__isnull=True, resource_id__in=resource_ids
    )
    rows = waiting.select_related("column", "resource__effective_version").order_by("id")
    return [
        {
            "resource": f"resource:{one.resource_id}",
            "title": one.resource.effective_version.title if one.resource.effective_version else "",
            "column": one.column.name,
        }
        for one in rows
    ]


def _distinct(paths: list[list[str]]) -> list[list[str]]:
    return [list(path) for path in dict.fromkeys(tuple(path) for path in paths if path)]
