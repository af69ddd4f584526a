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
    return Window(skew=span_in(rule["skew"]), age=span_in(rule["age"]))


def key_life() -> KeyLife:
    """Return how long keys live."""
    rule = rule_value("federation.key_life")
    return KeyLife(span_in(rule["max"]), span_in(rule["overlap"]), span_in(rule["renew_before"]))


def span_in(text: Any) -> timedelta:
    """Return "900s", "12h" or "90d" as a span of time."""
    return timedelta(**{_UNITS[str(text)[-1]]: int(str(text)[:-1])})
