"""The rules of sign-in as they hold today (foundation's rule table, section `sign_in`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from rongshu.foundation.rules import rule_value

_UNITS: Final = {"s": "seconds", "h": "hours", "d": "days"}


@dataclass(frozen=True)
class LockOut:
    """After how many failures within `window` a name, and an address, has to wait."""

    per_name: int
    per_address: int
    window: timedelta


@dataclass(frozen=True)
class SessionLimits:
    """How long a session lives unused, and at the longest."""

    idle: timedelta
    absolute: timedelta


@dataclass(frozen=True)
class PasswordRule:
    """What a password has to be like."""

    min_length: int
    classes: int
    history: int
    max_age: timedelta


def lock_out() -> LockOut:
    """Return when a name or address is locked out."""
    rule = rule_value("sign_in.lock_out")
    return LockOut(int(rule["per_name"]), int(rule["per_address"]), _span(rule["window"]))


def session_limits() -> SessionLimits:
    """Return how long sessions live."""
    rule = rule_value("sign_in.session")
    return SessionLimits(_span(rule["idle"]), _span(rule["absolute"]))


def password_rule() -> PasswordRule:
    """Return what passwords have to be like."""
    rule = rule_value("sign_in.password")
    return PasswordRule(
        int(rule["min_length"]), int(rule["classes"]), int(rule["history"]), _span(rule["max_age"])
    )


def enrolment_lifetime() -> timedelta:
    """Return how long an enrolment link can be used."""
    return _span(rule_value("sign_in.enrolment")["max"])


def _span(text: Any) -> timedelta:
    """Return "900s", "12h" or "90d" as a span of time."""
    number, unit = str(text)[:-1], str(text)[-1]
    return timedelta(**{_UNITS[unit]: float(number)})
