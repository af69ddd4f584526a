"""时效性 (Aging) of a policy document, as a pure function of its dates, its relations and the day (P6-08)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

VALID: Final = "valid"
NOT_YET: Final = "not-yet"
AMENDED: Final = "amended"
PARTLY_INVALID: Final = "partly-invalid"
ABOLISHED: Final = "abolished"
EXPIRED: Final = "expired"


@dataclass(frozen=True, slots=True)
class ValidityFacts:
    """What decides about validity. `declared` is what the document's own element Aging says.

    `expires_on` is the last day it is in force (有效期至); on `abolished_on` it is out of force already.
    """

    effective_on: date | None = None
    expires_on: date | None = None
    abolished_on: date | None = None
    is_amended: bool = False
    declared: str = ""

    def on(self, day: date) -> str:
        """Return the mark on a day. What ended comes first, then what has not begun, then what was
        changed."""
        if self.abolished_on is not None and day >= self.abolished_on:
            return ABOLISHED
        if self.expires_on is not None and day > self.expires_on:
            return EXPIRED
        if self.effective_on is not None and day < self.effective_on:
            return NOT_YET
        return self._declared_ending() or self._change()

    def turning_points(self) -> Iterable[date]:
        """Return the days on which the mark may change."""
        if self.effective_on is not None:
            yield self.effective_on
        if self.expires_on is not None and self.expires_on < date.max:
            yield date.fromordinal(self.expires_on.toordinal() + 1)
        if self.abolished_on is not None:
            yield self.abolished_on

    def _declared_ending(self) -> str:
        # A source that says 废止 or 失效 without a date is believed; with a date, the date decides.
        if self.declared == ABOLISHED and self.abolished_on is None:
            return ABOLISHED
        if self.declared == EXPIRED and self.expires_on is None:
            return EXPIRED
        if self.declared == NOT_YET and self.effective_on is None:
            return NOT_YET
        return ""

    def _change(self) -> str:
        if self.declared == PARTLY_INVALID:
            return PARTLY_INVALID
        return AMENDED if self.is_amended or self.declared == AMENDED else VALID
