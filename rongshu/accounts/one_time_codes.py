"""One-time codes (RFC 6238) none of which is accepted twice."""

from __future__ import annotations

from collections.abc import Iterator
from hmac import compare_digest
from typing import Final

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from rongshu.accounts.models import Account
from rongshu.foundation.clock import now

PERIOD: Final = 30
# One step earlier or later: clocks of telephones are not quite right.
_TOLERANCE: Final = 1


def accept_code(account: Account, secret: str, code: str) -> bool:
    """Whether the code is right and newer than any accepted before; from now on it is used.

    The account remembers the newest step. The comparison is made in the database, so that of two
    requests with the same code one is refused, in whatever process they are answered.
    """
    typed = "".join(code.split())
    steps = [step for step in _steps() if compare_digest(code_at(secret, step), typed.encode())]
    return any(
        Account.objects.filter(pk=account.pk, last_code_step__lt=step).update(last_code_step=step)
        for step in steps
    )


def code_at(secret: str, step: int) -> bytes:
    """Return the code of a time step."""
    return bytes(format_hotp_value(hotp_value(secret, step)), "ascii")


def _steps() -> Iterator[int]:
    present = int(now().timestamp()) // PERIOD
    yield from range(present - _TOLERANCE, present + _TOLERANCE + 1)
