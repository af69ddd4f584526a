"""The rules of keys and messages as they hold today (foundation's rule table, section `federation`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from rongshu.federation.signing.messages import Window
from rongshu.foundation.rules import rule_value

_UNITS: Final = {"s": "seconds", "h": "hours", "d": "days"}


@dataclass(frozen=True)
class KeyLife:
    """How long a key of ours is valid, how long it goes on beside its successor, and when that is made."""

    longest: timedelta
    overlap: timedelta
    renewed_before: timedelta


def message_window() -> Window:
    """Return how far clocks may differ and how long a message may be on its way."""
    rule = rule_value("federation.message_window")
    return Window(skew=_span(rule["skew"]), age=_span(rule["age"]))


def key_life() -> KeyLife:
    """Return how long keys live."""
    rule = rule_value("federation.key_life")
    return KeyLife(_span(rule["max"]), _span(rule["overlap"]), _span(rule["renew_before"]))


def _span(text: Any) -> timedelta:
    return timedelta(**{_UNITS[str(text)[-1]]: int(str(text)[:-1])})
