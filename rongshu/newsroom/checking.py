"""What the inspection of content has to say before a piece is submitted, and again before it goes out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rongshu.library.models import ResourceVersion

Check = Callable[[ResourceVersion], None]
_submission_checks: Final[list[Check]] = []
_publication_checks: Final[list[Check]] = []


def register_checks(*, before_submission: Check, before_publication: Check) -> None:
    """Say what is asked of a version: a check raises `FindingsBlock` or returns; no lock is held."""
    _submission_checks[:] = [before_submission]
    _publication_checks[:] = [before_publication]


def check_before_submission(version: ResourceVersion | None) -> None:
    """Raise unless nothing stands against submitting the version."""
    if version is None:
        return
    for check in _submission_checks:
        check(version)


def check_before_publication(version: ResourceVersion) -> None:
    """Raise unless nothing stands against publishing the version."""
    for check in _publication_checks:
        check(version)
