"""Inspecting the words in pictures, in the background: a duty of the worker."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from subprocess import CalledProcessError, TimeoutExpired

import structlog

from rongshu.foundation import storage
from rongshu.foundation.errors import NotFound
from rongshu.foundation.leases import LeaseHeld, hold
from rongshu.inspection.actions.inspect_version import add_problems, problems_in
from rongshu.inspection.models import FoundProblem, Inspection
from rongshu.inspection.parts import Part, pictures_of
from rongshu.inspection.queries.lexicons import lexicon_for
from rongshu.inspection.reading.recognising import recognise
from rongshu.library.reading.document import Document, Hindrance

log = structlog.get_logger("rongshu.inspection")


def recognise_next() -> bool:
    """Recognise the pictures of the oldest inspection that waits; return whether there was one."""
    if not Inspection.objects.filter(waits_for_pictures=True).exists():
        return False
    try:
        with hold("inspection/pictures", seconds=600):
            waiting = Inspection.objects.filter(waits_for_pictures=True).order_by("pk")
            inspection = waiting.select_related("version__resource").first()
            if inspection is not None:
                add_problems(inspection, _found_in_pictures(inspection))
    except LeaseHeld:
        return False
    return True


def _found_in_pictures(inspection: Inspection) -> list[FoundProblem]:
    version = inspection.version
    lexicon = lexicon_for(version.resource.owner_id)
    pictures = {file["digest"]: file["name"] for file in pictures_of(version)}
    with tempfile.TemporaryDirectory() as folder:
        files = {digest: Path(folder) / f"{place}.img" for place, digest in enumerate(pictures)}
        for digest, file in files.items():
            _copy(digest, file)
        try:
            texts = recognise(list(files.values()))
        except (TimeoutExpired, CalledProcessError) as failure:
            # One picture must not hold up all others: a person looks at these.
            log.warning("pictures not recognised", version=str(version.pk), failure=type(failure).__name__)
            return [row for part in _unread(pictures) for row in problems_in(part, lexicon)]
    found: list[FoundProblem] = []
    for (digest, name), text in zip(pictures.items(), texts, strict=True):
        # Line breaks of a picture are no paragraphs: what runs over two lines is read as one.
        part = Part(f"picture:{digest}", f"图片文字 {name}", Document(text.replace("\n", "")))
        found += problems_in(part, lexicon)
    return found


def _unread(pictures: Mapping[str, str]) -> Iterator[Part]:
    for digest, name in pictures.items():
        unread = Hindrance("too-slow", f"请人工检查图片{name}中的文字：未能识别", name)
        yield Part(f"picture:{digest}", f"图片文字 {name}", Document("", hindrances=[unread]))


def _copy(digest: str, file: Path) -> None:
    try:
        storage.copy_to(digest, file)
    except NotFound:
        log.warning("picture missing", digest=digest)
        file.touch()
