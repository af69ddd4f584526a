"""A draft becomes a version: through the gate, under the lock, never over somebody else's newer version."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation import storage
from rongshu.foundation.clock import now
from rongshu.library.actions.create_draft import create_draft
from rongshu.library.actions.revise_resource import revise_resource
from rongshu.library.errors import NothingChanged
from rongshu.library.gate.records import IncomingFile, IncomingRecord
from rongshu.library.models import Resource, VersionFile
from rongshu.library.permissions import may_write
from rongshu.newsroom.editing_errors import PieceChangedMeanwhile, PieceLocked
from rongshu.newsroom.form_values import record_of
from rongshu.newsroom.models.drafting import Draft, DraftFile
from rongshu.newsroom.queries.drafting import lock_state

_NAMED: Final = re.compile(r"attachment:((?:sha256|sm3):[0-9a-f]{64})")


def save_draft(*, actor: Person, draft: Draft, writer: str, over_newer: bool = False) -> Resource:
    """Store the draft as the piece's new working version, or as a new piece, and return the piece.

    Raise the refusals of the gate, `PieceLocked`, and `PieceChangedMeanwhile` unless `over_newer`: then the
    newer version stays in the history. Saving what is saved already changes nothing.
    """
    draft = Draft.objects.select_related("owner", "resource__type", "base_version").get(
        pk=draft.pk, person=actor
    )
    require(may_write(viewer_for(actor), draft.owner_id))
    _check_piece(draft, actor, writer, over_newer=over_newer)
    kept_at = draft.kept_at
    with _files_of(draft) as files:
        record = _record(draft, files)
        resource = _store(actor, draft, record)
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(pk=draft.pk)
        draft.resource, draft.base_version = resource, resource.working_version
        # What was typed while it was stored is unsaved still.
        draft.saved_at = now() if draft.kept_at == kept_at else kept_at
        draft.save(update_fields=["resource", "base_version", "saved_at"])
    return resource


def _check_piece(draft: Draft, actor: Person, writer: str, *, over_newer: bool) -> None:
    resource = draft.resource
    if resource is None:
        return
    state = lock_state(resource, actor.pk, writer)
    if state.is_foreign and state.holder is not None:
        raise PieceLocked(
            f"{state.holder.name}正在编辑这篇稿件，您的内容已暂存；接手编辑后才能保存为新版本。"
        )
    if resource.working_version_id != draft.base_version_id and not over_newer:
        raise PieceChangedMeanwhile


def _store(actor: Person, draft: Draft, record: IncomingRecord) -> Resource:
    if draft.resource is None:
        return create_draft(actor=actor, record=record)
    if draft.base_version is not None:
        record = replace(
            record,
            publisher=draft.base_version.publisher,
            legacy_index_number=draft.resource.legacy_index_number,
        )
    with suppress(NothingChanged):
        revise_resource(actor=actor, resource=draft.resource, record=record)
    return Resource.objects.select_related("working_version", "type", "owner").get(pk=draft.resource.pk)


def _record(draft: Draft, files: list[IncomingFile]) -> IncomingRecord:
    return record_of(
        type_code=draft.type_code, owner=draft.owner, values=draft.values, body=draft.body, files=files
    )


@contextmanager
def _files_of(draft: Draft) -> Iterator[list[IncomingFile]]:
    """Yield the draft's files for the gate: known ones by digest, new ones as files of a folder that goes."""
    named = _named(draft)
    kept = _of_versions(draft)
    with tempfile.TemporaryDirectory(prefix="rongshu-draft-") as folder:
        files = []
        for place, file in enumerate(draft.files.all()):
            if file.role == DraftFile.Role.IMAGE and file.digest not in named:
                continue  # a picture that is shown nowhere stays with the draft
            content: str | Path = file.digest
            if file.digest not in kept:
                content = Path(folder) / str(place)
                storage.copy_to(file.digest, content)
            role = "image" if file.role == DraftFile.Role.IMAGE else "attachment"
            files.append(IncomingFile(name=file.name, content=content, role=role, alt=file.alt))  # type: ignore[arg-type]
        yield files


def _named(draft: Draft) -> set[str]:
    texts = [draft.body, *(value for value in draft.values.values() if isinstance(value, str))]
    return {digest for text in texts for digest in _NAMED.findall(text)}


def _of_versions(draft: Draft) -> set[str]:
    """The files that versions of this very piece use: the gate knows that its writer may keep them."""
    if draft.resource_id is None:
        return set()
    uses = VersionFile.objects.filter(version__resource_id=draft.resource_id, file__erased_at__isnull=True)
    return set(uses.values_list("file_id", flat=True))
