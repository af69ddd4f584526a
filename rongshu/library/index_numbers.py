"""Giving index numbers: `{18-character credit code}/{yyyy}-{nnnnn}`, gap-free per unit and year (P6-02)."""

from __future__ import annotations

from typing import Final

from rongshu.foundation.bulk_rows import update_rows
from rongshu.foundation.prepared import PreparedModels
from rongshu.library.models import IndexNumberCounter
from rongshu.organizations.models import Organization

_LOCKED: Final = PreparedModels(
    lambda organization_id, year: IndexNumberCounter.objects.select_for_update().filter(
        organization_id=organization_id, year=year
    )
)


def allocate(organization: Organization, year: int, count: int) -> list[str]:
    """Return the next `count` numbers of a unit and year, in the transaction that uses them.

    The counter's row stays locked until that transaction ends: a roll-back gives the numbers back, so there
    is
    never a gap, and no two transactions see the same number. Beyond 99,999 the serial has six digits.
    """
    # Two first uses at once: one inserts, the other finds the row; then both queue for the lock.
    counter = _LOCKED.one(organization.pk, year)
    if counter is None:
        IndexNumberCounter.objects.get_or_create(organization=organization, year=year)
        counter = IndexNumberCounter.objects.select_for_update().get(organization=organization, year=year)
    first = counter.last + 1
    counter.last += count
    update_rows([counter], ("last",))
    return [f"{organization.credit_code}/{year:04}-{n:05}" for n in range(first, first + count)]
