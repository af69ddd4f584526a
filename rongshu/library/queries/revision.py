"""A version as a record to start the next one from."""

from __future__ import annotations

from rongshu.library.gate.records import IncomingFile, IncomingRecord
from rongshu.library.models import ResourceVersion


def revision_of(version: ResourceVersion) -> IncomingRecord:
    """Return the record that says what the version says; use `dataclasses.replace` and `revise_resource`."""
    return IncomingRecord(
        type_code=version.resource.type.code,
        owner=version.resource.owner,
        publisher=version.publisher,
        title=version.title,
        body_html=version.body,
        content_source=version.content_source,
        given_published_at=version.given_published_at,
        published_precision="day" if version.given_published_precision == "day" else "minute",
        subtitle=version.subtitle,
        description=version.description,
        keywords=tuple(version.keywords),
        author=version.author,
        editor=version.editor,
        elements=version.elements,
        theme_code=version.theme_code,
        genre_code=version.genre_code,
        base_code=version.base_code,
        audience=tuple(version.audience),
        form=version.form,
        language=version.language,
        open_type=version.open_type,
        share_type=version.share_type,
        image=version.image,
        files=tuple(
            IncomingFile(name=file["name"], content=file["digest"], role=file["role"], alt=file["alt"])
            for file in version.attachments
        ),
        source_app=version.source_app_id,
        legacy_index_number=version.resource.legacy_index_number,
    )
