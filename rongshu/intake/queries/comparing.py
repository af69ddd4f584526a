"""What was taken in, read again from the library and its store and compared with what the source gave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from rongshu.foundation import storage
from rongshu.foundation.text import matching_key, text_of_clean_html
from rongshu.intake.models import IntakeArticle
from rongshu.library.models import ResourceVersion

_SAME: Final = 0.98
_SAMPLES: Final = 10
_FIELDS: Final = ("title", "body", "attachments", "flags", "purged_at")


@dataclass
class FileCount:
    """Files of one role: named by pages, had from the source, in the library, intact there."""

    named: int = 0
    fetched: int = 0
    kept: int = 0
    intact: int = 0
    # What is not in the library, with its reason; and what should be and is not.
    not_had: list[dict[str, str]] = field(default_factory=list)
    lost: list[dict[str, str]] = field(default_factory=list)


@dataclass
class Comparison:
    """Counts over all articles compared, and samples of what differs."""

    texts: int = 0
    same_texts: int = 0
    differing: list[dict[str, Any]] = field(default_factory=list)
    absent: list[dict[str, str]] = field(default_factory=list)
    files: dict[str, FileCount] = field(
        default_factory=lambda: {"attachment": FileCount(), "image": FileCount()}
    )
    _intact: dict[str, bool] = field(default_factory=dict)

    def add(self, articles: Sequence[IntakeArticle]) -> None:
        """Compare stored articles with their versions."""
        versions = _versions({one.version_id for one in articles if one.version_id})
        for article in articles:
            version = versions.get(article.version_id) if article.version_id else None
            if version is None:
                self.absent.append({"url": article.url, "title": str(article.extracted.get("title"))})
            elif version.purged_at is None:
                self._compare_text(article, version)
                self._compare_files(article, version)

    def _compare_text(self, article: IntakeArticle, version: ResourceVersion) -> None:
        self.texts += 1
        likeness = likeness_of(article.extracted.get("body_text") or "", text_of_clean_html(version.body))
        if likeness >= _SAME:
            self.same_texts += 1
        else:
            found = {"url": article.url, "title": version.title, "likeness": round(likeness, 3)}
            self.differing.append(found)

    def _compare_files(self, article: IntakeArticle, version: ResourceVersion) -> None:
        kept = {file["digest"] for file in version.attachments}
        flags = [flag for flag in version.flags if flag["element"] == "Attachments"]
        for file in article.files:
            self._count_file(self.files[file["role"]], article, file, kept, flags)

    def _count_file(
        self,
        count: FileCount,
        article: IntakeArticle,
        file: Mapping[str, Any],
        kept: set[str],
        flags: Iterable[Mapping[str, str]],
    ) -> None:
        count.named += 1
        place = {"url": str(file["url"]), "page": article.url}
        if not file.get("sha256"):
            count.not_had.append({**place, "reason": str(file.get("reason", ""))})
            return
        count.fetched += 1
        digest = f"sha256:{file['sha256']}"
        if digest not in kept:
            reason = next((flag["message"] for flag in flags if file["name"] in flag["message"]), "")
            (count.not_had if reason else count.lost).append(
                {**place, "reason": reason or "附件未收入资源库"}
            )
            return
        count.kept += 1
        if self._is_intact(digest):
            count.intact += 1
        else:
            count.lost.append({**place, "reason": "文件库中的内容与摘要不符"})

    def _is_intact(self, digest: str) -> bool:
        if digest not in self._intact:
            self._intact[digest] = storage.is_intact(digest)
        return self._intact[digest]


def likeness_of(given: str, kept: str) -> float:
    """Return how alike two texts are, 0 to 1: by the pairs of letters both have, order within pairs only."""
    one, other = matching_key(given), matching_key(kept)
    if one == other:
        return 1.0
    pairs, others = _pairs(one), _pairs(other)
    total = pairs.total() + others.total()
    return 2 * (pairs & others).total() / total if total else 0.0


def _pairs(text: str) -> Counter[str]:
    return Counter(text[place : place + 2] for place in range(len(text) - 1))


def _versions(pks: set[UUID]) -> dict[UUID, ResourceVersion]:
    return {row.pk: row for row in ResourceVersion.objects.filter(pk__in=pks).only(*_FIELDS)}
