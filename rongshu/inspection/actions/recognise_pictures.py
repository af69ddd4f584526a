"""Inspecting the words in pictures, in the background: a duty of the worker."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from subprocess import CalledProcessError, TimeoutExpired

import structlog

from rongshu.foundation import storage
from rongshu.foundation.errors import NotFound
from rongshu.foundation.leases import LeaseHeld, hold
from rongshu.inspection.actions.inspect_version import add_problems, picture_parts, problems_in
from rongshu.inspection.models import FoundProblem, Inspection, PictureText
from rongshu.inspection.parts import Part, pictures_of
from rongshu.inspection.queries.lexicons import lexicon_for
from rongshu.inspection.reading.recognising import recognise
from rongshu.library.reading.document import Document, Hindrance

log = structlog.get_logger("rongshu.inspection")


def recognise_next() -> bool:
    """Recognise the pictures of an inspection that waits; return whether there was one.

    What somebody wants to publish goes before what is inspected anew.
    """
    waiting = Inspection.objects.filter(waits_for_pictures=True)
    if not waiting.exists():
        return False
    try:
        with hold("inspection/pictures", seconds=600):
            rows = waiting.select_related("version__resource").order_by("pk")
            inspection = rows.filter(rescan=None).first() or rows.first()
            if inspection is not None:
                add_problems(inspection, _found_in_pictures(inspection))
    except LeaseHeld:
        return False
    return True


def _found_in_pictures(inspection: Inspection) -> list[FoundProblem]:
    version = inspection.version
    lexicon = lexicon_for(version.resource.owner_id)
    pictures = {file["digest"]: file["name"] for file in pictures_of(version)}
    try:
        words = _words_of(list(pictures))
    except (TimeoutExpired, CalledProcessError) as failure:
        # One picture must not hold up all others: a person looks at these.
        log.warning("pictures not recognised", version=str(version.pk), failure=type(failure).__name__)
        return [row for part in _unread(pictures) for row in problems_in(part, lexicon)]
    return [row for part in picture_parts(version, words) for row in problems_in(part, lexicon)]


def _words_of(digests: Collection[str]) -> dict[str, str]:
    """Return the words of each picture; each is recognised once and for all."""
    known = dict(PictureText.objects.filter(digest__in=digests).values_list("digest", "text"))
    missing = [digest for digest in digests if digest not in known]
    if not missing:
        return known
    with tempfile.TemporaryDirectory() as folder:
        files = {digest: Path(folder) / f"{place}.img" for place, digest in enumerate(missing)}
        for digest, file in files.items():
            _copy(digest, file)
        read = dict(zip(missing, recognise(list(files.values())), strict=True))
    PictureText.objects.bulk_create(
        [PictureText(digest=digest, text=_kept(text)) for digest, text in read.items()], ignore_conflicts=True
    )
    return known | read


def _kept(text: str) -> str:
    # PostgreSQL keeps no such sign.
    return text.replace("\0", "")


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
