"""What the gate would say about a record, before anything is stored: for forms that check while one types."""

from __future__ import annotations

from dataclasses import replace

from rongshu.accounts.viewers import Viewer
from rongshu.foundation.errors import RongshuError
from rongshu.library.gate.preparing import prepare
from rongshu.library.gate.receiving import receive
from rongshu.library.gate.records import AS_WRITTEN, GateDefaults, IncomingRecord
from rongshu.library.queries.schemas import default_standard_code, schemas_of


def complaints_about(
    viewer: Viewer, record: IncomingRecord, *, defaults: GateDefaults = AS_WRITTEN
) -> tuple[RongshuError, ...]:
    """Return the refusals of the gate for a record, by its own validators; by default as a person writes it.

    Files are taken for present and good: they were looked at when they were uploaded.
    """
    standard = default_standard_code()
    bare = replace(record, files=(), image="", body_html=record.body_html.replace("attachment:", "about:"))
    raw = receive(bare, viewer=viewer, standard=standard, refuses_bad_files=True).raw
    # What kind of file it is was settled at the upload; here it would only suggest a form nobody is shown.
    raw.content.attachments = [
        {"digest": file.name, "role": file.role, "media_type": ""} for file in record.files
    ]
    raw.content.image = record.image
    schema = schemas_of([record.type_code], standard=standard).get(record.type_code)
    return prepare(raw, schema, defaults).errors
