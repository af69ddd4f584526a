"""Taking an uploaded file into a draft: by what it is, pictures made fit for pages, all of it streamed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from django.db import transaction
from django.db.models import Max

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation import storage
from rongshu.foundation.audit import record
from rongshu.foundation.text import normalise_line, truncate
from rongshu.library.file_errors import FileTypeNotAllowed
from rongshu.library.file_sniffing import SniffedFile, sniff
from rongshu.library.gate.antivirus import registered_antivirus
from rongshu.library.permissions import may_write
from rongshu.newsroom.editing_errors import PictureUnreadable, TooManyFiles
from rongshu.newsroom.models.drafting import Draft, DraftFile
from rongshu.newsroom.pictures import Mark, Picture, cut_out, fit_for_pages

MOST_FILES: Final = 200
_NOTICES: Final = {
    "macro-enabled": "它含有宏，审核时会提示；如无必要，请另存为不含宏的文档。",
    "encrypted": "它已加密，无法检查内容。",
    "active-pdf": "它含有可执行动作，请确认来源。",
    "embedded-object": "它含有嵌入对象，请确认来源。",
    "extension-corrected": "它的扩展名与内容不符，已更正。",
}


@dataclass(frozen=True)
class Taken:
    """A file in the store, and what its row is to say."""

    digest: str
    name: str
    media_type: str
    size: int
    width: int | None
    height: int | None
    notices: tuple[str, ...] = ()
    made_from: str = ""


def add_draft_file(
    *,
    actor: Person,
    draft: Draft,
    content: Path | bytes,
    name: str,
    role: str,
    alt: str = "",
    watermark: Mark | None = None,
) -> DraftFile:
    """Store a file and add it to the draft; the same content again is the same file.

    Raise the refusals of the sniffer (`FileRefused`), `TooManyFiles`, `NotAllowed`.
    """
    require(may_write(viewer_for(actor), draft.owner_id))
    if draft.files.count() >= MOST_FILES:
        raise TooManyFiles
    sniffed = sniff(content, name=name, antivirus=registered_antivirus())
    if role == DraftFile.Role.IMAGE and not sniffed.media_type.startswith("image/"):
        raise FileTypeNotAllowed("这不是图片；请用“附件”或“视频或音频”按钮上传")
    taken = _store(content, sniffed)
    if role == DraftFile.Role.IMAGE:
        taken = _fit(taken, watermark)
    return _add(actor, draft, taken, role, alt)


def crop_draft_picture(
    *, actor: Person, draft: Draft, file: DraftFile, ratio: str, focus: tuple[int, int]
) -> DraftFile:
    """Cut a title picture out of a picture of the draft, around its focal point; the picture stays."""
    require(may_write(viewer_for(actor), draft.owner_id))
    with storage.open(file.digest) as source:
        picture = cut_out(source, ratio=ratio, focus=focus)
    stem = file.name.rpartition(".")[0] or file.name
    made = _store_picture(picture, f"{stem[:150]}-题图.{picture.extension}", file.digest, ())
    DraftFile.objects.filter(pk=file.pk).update(focus_x=focus[0], focus_y=focus[1])
    return _add(actor, draft, made, DraftFile.Role.IMAGE, file.alt)


def change_draft_file(*, actor: Person, file: DraftFile, name: str, alt: str) -> DraftFile:
    """Change the name readers see and the alternative text."""
    with transaction.atomic():
        file = DraftFile.objects.select_for_update(of=("self",)).select_related("draft").get(pk=file.pk)
        require(file.draft.person_id == actor.pk and may_write(viewer_for(actor), file.draft.owner_id))
        file.name = truncate(normalise_line(name), 200) or file.name
        file.alt = truncate(normalise_line(alt), 300)
        file.save(update_fields=["name", "alt"])
    return file


def remove_draft_file(*, actor: Person, file: DraftFile) -> None:
    """Take a file out of the draft; versions that have it keep it."""
    with transaction.atomic():
        require(file.draft.person_id == actor.pk)
        record(actor, "draft.file-removed", file.draft, digest=file.digest)
        file.delete()


def _add(actor: Person, draft: Draft, taken: Taken, role: str, alt: str) -> DraftFile:
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(pk=draft.pk, person=actor)
        last = draft.files.aggregate(last=Max("position"))["last"]
        file, is_new = DraftFile.objects.get_or_create(
            draft=draft,
            digest=taken.digest,
            role=role,
            defaults={
                "name": taken.name,
                "media_type": taken.media_type,
                "size": taken.size,
                "width": taken.width,
                "height": taken.height,
                "made_from": taken.made_from,
                "notices": list(taken.notices),
                "alt": truncate(normalise_line(alt), 300) if alt else "",
                "position": 0 if last is None else last + 1,
            },
        )
        if is_new:
            record(actor, "draft.file-added", draft, digest=file.digest, name=file.name)
    return file


def _store(content: Path | bytes, sniffed: SniffedFile) -> Taken:
    with _stream(content) as stream:
        stored = storage.put(stream)
    notices = tuple(_NOTICES.get(flag, flag) for flag in sniffed.flags)
    return Taken(
        stored.digest, sniffed.safe_name, sniffed.media_type, stored.size, sniffed.width, sniffed.height,
        notices,
    )  # fmt: skip


def _stream(content: Path | bytes) -> BinaryIO:
    return BytesIO(content) if isinstance(content, bytes) else content.open("rb")


def _fit(taken: Taken, watermark: Mark | None) -> Taken:
    """Return the picture made fit for pages; one that can't be, or would only grow, stays as it came."""
    picture = None
    with suppress(PictureUnreadable), storage.open(taken.digest) as source:
        picture = fit_for_pages(source, watermark=watermark)
    if picture is None:
        return taken
    stem = taken.name.rpartition(".")[0] or taken.name
    return _store_picture(picture, f"{stem}.{picture.extension}", taken.digest, taken.notices)


def _store_picture(picture: Picture, name: str, made_from: str, notices: tuple[str, ...]) -> Taken:
    stored = storage.put(BytesIO(picture.content))
    return Taken(
        stored.digest,
        name,
        picture.media_type,
        stored.size,
        picture.width,
        picture.height,
        notices,
        made_from,
    )
