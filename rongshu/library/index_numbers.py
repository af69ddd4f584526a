"""Giving index numbers: `{18-character credit code}/{yyyy}-{nnnnn}`, gap-free per unit and year (P6-02)."""

from __future__ import annotations

from rongshu.library.models import IndexNumberCounter
from rongshu.organizations.models import Organization


def allocate(organization: Organization, year: int, count: int) -> list[str]:
    """Return the next `count` numbers of a unit and year, in the transaction that uses them.

    The counter's row stays locked until that transaction ends: a roll-back gives the numbers back, so there
    is
    never a gap, and no two transactions see the same number. Beyond 99,999 the serial has six digits.
    """
    # Two first uses at once: one inserts, the other finds the row; then both queue for the lock.
    IndexNumberCounter.objects.get_or_create(organization=organization, year=year)
    counter = IndexNumberCounter.objects.select_for_update().get(organization=organization, year=year)
    first = counter.last + 1
    counter.last += count
    counter.save(update_fields=["last"])
    return [f"{organization.credit_code}/{year:04}-{n:05}" for n in range(first, first + count)]
