"""Defining dictionaries, importing versions of them, switching them, and revoking exceptions (P7-07)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation import clock
from rongshu.foundation.audit import record
from rongshu.foundation.errors import InvalidInput
from rongshu.foundation.guards import get_one
from rongshu.inspection.actions.changing import changed
from rongshu.inspection.actions.rescanning import rescan_after
from rongshu.inspection.findings import CLASSES
from rongshu.inspection.models import Dictionary, DictionaryVersion, TextException
from rongshu.inspection.permissions import may_manage_dictionary
from rongshu.inspection.queries.dictionaries import dictionary_for, exceptions_for
from rongshu.inspection.words import ImportReport, pack, read_words


def define_dictionary(
    *,
    actor: Person,
    code: str,
    name: str,
    kind: str,
    error_class: str = "E4",
    organization_id: UUID | None = None,
) -> Dictionary:
    """Begin a dictionary of an organisation, or of the platform; it is empty until a version is imported."""
    require(may_manage_dictionary(viewer_for(actor), organization_id))
    if kind not in Dictionary.Kind.values or error_class not in CLASSES:
        raise InvalidInput(fields={"kind": "请选择类型和错误类别"})
    with transaction.atomic():
        if _is_taken(code, organization_id):
            raise InvalidInput(f"代码“{code}”已被使用，请换一个。", fields={"code": "代码已被使用"})
        dictionary = Dictionary.objects.create(
            code=code, name=name, kind=kind, error_class=error_class, organization_id=organization_id,
            created_by=actor,
        )  # fmt: skip
        record(actor, "dictionary.defined", dictionary, code=code)
    return dictionary


def _is_taken(code: str, organization_id: UUID | None) -> bool:
    rows = Dictionary.objects.filter(code=code)
    if organization_id is None:
        return rows.filter(organization__isnull=True).exists()
    return rows.filter(organization_id=organization_id).exists()


def import_words(
    *,
    actor: Person,
    dictionary_id: UUID,
    content: bytes,
    file_name: str,
    source: str,
    dated_on: date,
    effective_from: date | None = None,
) -> tuple[DictionaryVersion, ImportReport]:
    """Make a file the dictionary's next version, in force from a day on; earlier versions stay as they were.

    What is published is inspected anew from that day on, in the background. Raise
    `DictionaryUnreadable`, `NotFound`; a line that does not fit is left out and reported.
    """
    viewer = viewer_for(actor)
    dictionary = dictionary_for(viewer, dictionary_id)
    require(may_manage_dictionary(viewer, dictionary.organization_id))
    words, report = read_words(content, file_name)
    packed, digest, count = pack(words)
    with transaction.atomic():
        Dictionary.objects.select_for_update().get(pk=dictionary.pk)
        last = dictionary.versions.aggregate(last=Max("number"))["last"] or 0
        version = DictionaryVersion.objects.create(
            dictionary=dictionary, number=last + 1, digest=digest, word_count=count, content=packed,
            source=source[:300], dated_on=dated_on, effective_from=effective_from or clock.today(),
            created_by=actor,
        )  # fmt: skip
        changed()
        record(actor, "dictionary.imported", dictionary, after=digest, words=count, source=source)
        if dictionary.is_active:
            reason = f"词库“{dictionary.name}”导入第 {version.number} 版"
            rescan_after(actor=actor, dictionary=dictionary, reason=reason, since=version.effective_from)
    return version, report


def switch_dictionary(*, actor: Person, dictionary_id: UUID, is_active: bool) -> Dictionary:
    """Take a dictionary into use, or out of it; what is published is inspected anew, in the background."""
    viewer = viewer_for(actor)
    dictionary = dictionary_for(viewer, dictionary_id)
    require(may_manage_dictionary(viewer, dictionary.organization_id))
    with transaction.atomic():
        dictionary = Dictionary.objects.select_for_update().get(pk=dictionary.pk)
        if dictionary.is_active == is_active:
            return dictionary
        dictionary.is_active = is_active
        dictionary.save(update_fields=["is_active"])
        changed()
        record(actor, "dictionary.switched", dictionary, active=is_active)
        reason = f"词库“{dictionary.name}”{'启用' if is_active else '停用'}"
        rescan_after(actor=actor, dictionary=dictionary, reason=reason)
    return dictionary


def revoke_exception(*, actor: Person, exception_id: UUID) -> TextException:
    """Let a text be found again."""
    viewer = viewer_for(actor)
    row = get_one(exceptions_for(viewer), pk=exception_id)
    with transaction.atomic():
        row = TextException.objects.select_for_update().get(pk=row.pk)
        row.revoked_at = clock.now()
        row.save(update_fields=["revoked_at"])
        changed()
        record(actor, "exception.revoked", row)
    return row
