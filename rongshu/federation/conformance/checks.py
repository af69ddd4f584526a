"""What a check is, and how all of them are run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rongshu.federation.conformance.session import Session


class Broken(Exception):
    """The node breaks the rule; the text says what was expected and what came."""


class Unanswered(Broken):
    """Nobody answers at the address."""


class CannotTell(Exception):
    """The rule could not be tried; the text says why."""


class Outcome(StrEnum):
    """What came of a check."""

    PASSED = "passed"
    FAILED = "failed"
    UNTESTED = "untested"


@dataclass(frozen=True)
class Check:
    """One rule: a stable code, the section of the standard, what it demands, and how it is tried."""

    code: str
    section: str
    demand: str
    run: Callable[[Session], None]


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    check: Check
    outcome: Outcome
    reason: str
    seconds: float


_CHECKS: Final[list[Check]] = []
_SECTIONS: Final = ("节点说明", "签名", "资源流", "传输", "错误", "核对", "使用情况", "OAI-PMH")


def check(section: str, demand: str) -> Callable[[Callable[[Session], None]], Callable[[Session], None]]:
    """Make a function a check; its name is the code."""

    def registered(run: Callable[[Session], None]) -> Callable[[Session], None]:
        code = run.__name__.replace("_", "-")
        _CHECKS.append(Check(code, section, demand, run))
        return run

    return registered


def all_checks() -> tuple[Check, ...]:
    """Return every check, section by section."""
    from rongshu.federation.conformance import (  # noqa: F401, PLC0415 - they register themselves
        describing,
        feeding,
        harvesting,
        reconciling,
        refusing,
        transferring,
        trusting,
        using,
    )

    return tuple(sorted(_CHECKS, key=lambda one: _SECTIONS.index(one.section)))


def findings(session: Session) -> Iterator[Finding]:
    """Run every check; one that breaks in a way nobody thought of counts as failed, with what was raised."""
    for one in all_checks():
        began = time.monotonic()
        outcome, reason = _outcome(one, session)
        yield Finding(one, outcome, reason, time.monotonic() - began)


def _outcome(one: Check, session: Session) -> tuple[Outcome, str]:
    try:
        one.run(session)
    except CannotTell as untold:
        return Outcome.UNTESTED, str(untold)
    except Broken as broken:
        return Outcome.FAILED, str(broken)
    except Exception as error:  # noqa: BLE001 - whatever a strange answer provokes is that answer's fault
        return Outcome.FAILED, f"答复无法处理：{type(error).__name__} {error}"[:300]
    return Outcome.PASSED, ""


def expect(condition: object, told: str) -> None:
    """Raise `Broken` unless the condition holds."""
    if not condition:
        raise Broken(told)
