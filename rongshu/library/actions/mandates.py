"""Mandates: reviewers sign beforehand, for one source and one site, from a day until a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation import clock
from rongshu.foundation.audit import record
from rongshu.foundation.errors import InvalidInput, NotAllowed
from rongshu.library.errors import MandateNotValid
from rongshu.library.models import Mandate, MandateSigner
from rongshu.library.queries.approvals import may_give_mandates, may_sign_mandates


def give_mandate(
    *,
    actor: Person,
    source: str,
    target_site_id: UUID,
    signers: Sequence[Person],
    starts_on: date,
    ends_on: date,
    reason: str,
    sponsor_id: UUID | None = None,
    is_signed: bool = True,
) -> Mandate:
    """Record that the signers approve beforehand what comes from a source to a site within a period.

    Every signer may approve for the site, whose sponsor may be named. Where they have not signed yet, each
    does so by `sign_mandate` (who gives it and is one of them has signed by giving it); it holds from the
    last signature on.
    Raise `NotAllowed`, `InvalidInput`.
    """
    _check(source=source, signers=signers, starts_on=starts_on, ends_on=ends_on, reason=reason)
    with transaction.atomic():
        require(may_give_mandates(viewer_for(actor), target_site_id, sponsor_id))
        for signer in signers:
            if not may_sign_mandates(viewer_for(signer), target_site_id):
                raise NotAllowed(
                    f"{signer.name}没有审核权限，不能签署授权。", fields={"signers": signer.handle}
                )
        mandate = Mandate.objects.create(
            source=source, target_site_id=target_site_id, starts_on=starts_on, ends_on=ends_on, reason=reason,
            created_by=actor,
        )  # fmt: skip
        MandateSigner.objects.bulk_create(
            MandateSigner(
                mandate=mandate, person=person, level=level,
                signed_at=clock.now() if is_signed or person == actor else None,
            )
            for level, person in enumerate(signers, start=1)
        )  # fmt: skip
        record(
            actor, "mandate.given", mandate, reason=reason, source=source, signers=[p.handle for p in signers]
        )
    return mandate


def sign_mandate(*, actor: Person, mandate: Mandate) -> Mandate:
    """Sign one's own level of a mandate; once all have signed, it holds. Raise `MandateNotValid`."""
    with transaction.atomic():
        mandate = Mandate.objects.select_for_update().get(pk=mandate.pk)
        own = mandate.signers.filter(person_id=actor.id).first()
        require(own is not None and may_sign_mandates(viewer_for(actor), mandate.target_site_id))
        if mandate.revoked_at is not None or mandate.ends_on < clock.today():
            raise MandateNotValid
        if own is not None and own.signed_at is None:
            own.signed_at = clock.now()
            own.save(update_fields=["signed_at"])
            record(actor, "mandate.signed", mandate, level=own.level, source=mandate.source)
    return mandate


def revoke_mandate(
    *, actor: Person, mandate: Mandate, reason: str, sponsor_id: UUID | None = None
) -> Mandate:
    """End a mandate at once; what was approved under it stays approved. A signer may always revoke."""
    with transaction.atomic():
        mandate = Mandate.objects.select_for_update().get(pk=mandate.pk)
        is_signer = mandate.signers.filter(person_id=actor.id).exists()
        require(is_signer or may_give_mandates(viewer_for(actor), mandate.target_site_id, sponsor_id))
        if mandate.revoked_at is None:
            mandate.revoked_at = clock.now()
            mandate.save(update_fields=["revoked_at"])
            record(actor, "mandate.revoked", mandate, reason=reason)
    return mandate


def _check(*, source: str, signers: Sequence[Person], starts_on: date, ends_on: date, reason: str) -> None:
    wrong = {
        "source": not source.strip(),
        "signers": not signers or len({signer.pk for signer in signers}) != len(signers),
        "ends_on": ends_on < starts_on,
        "reason": not reason.strip(),
    }
    fields = {name: "填写有误" for name, is_wrong in wrong.items() if is_wrong}
    if fields:
        raise InvalidInput("授权须写明来源、依据、起止日期和互不相同的签署人。", fields=fields)
