"""Setting when a document takes effect, expires and was abolished; the clock does the rest (P6-08)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import record
from rongshu.foundation.errors import InvalidInput
from rongshu.library.actions.changing_validity import refresh_validity
from rongshu.library.actions.locking import lock
from rongshu.library.errors import RelationImpossible, ResourceNotEffective
from rongshu.library.models import Resource
from rongshu.library.permissions import may_approve, may_write


@dataclass(frozen=True)
class DocumentDates:
    """The three dates; None is "none". `expires_on` is the last day in force, `abolished_on` the first
    out."""

    effective_on: date | None = None
    expires_on: date | None = None
    abolished_on: date | None = None


def set_document_dates(
    *, actor: Person, resource: Resource, dates: DocumentDates, reason: str = ""
) -> Resource:
    """Set all three dates of an effective document; its mark changes now and on each date.

    The actor writes or approves for the owner. Raise `NotAllowed`,
    `ResourceNotEffective`, `InvalidInput` when a document would end before it begins.
    """
    _check(dates)
    with transaction.atomic():
        resource = lock(resource)
        viewer = viewer_for(actor)
        require(may_write(viewer, resource.owner_id) or may_approve(viewer, resource))
        if not resource.type.is_document:
            raise RelationImpossible("只有政策文件有施行、有效期与废止日期。")
        if resource.effective_version_id is None:
            raise ResourceNotEffective
        before = resource.validity
        resource.effective_on, resource.expires_on = dates.effective_on, dates.expires_on
        resource.abolished_on = dates.abolished_on
        resource.save(update_fields=["effective_on", "expires_on", "abolished_on"])
        refresh_validity(resource)
        record(
            actor, "document.dates-set", resource, before=before, after=resource.validity, reason=reason,
            effective_on=str(dates.effective_on), expires_on=str(dates.expires_on),
            abolished_on=str(dates.abolished_on),
        )  # fmt: skip
    return resource


def _check(dates: DocumentDates) -> None:
    begin = dates.effective_on
    if begin and dates.expires_on and dates.expires_on < begin:
        raise InvalidInput("有效期至不能早于施行日期。", fields={"expires_on": "早于施行日期"})
