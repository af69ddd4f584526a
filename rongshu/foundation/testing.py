"""What the tests of every app share."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def need(is_there: object, what: str) -> None:
    """Leave the proof out where a machine lacks `what`."""
    if not is_there:
        leave_out(f"{what} is missing: this proof did not run")


def leave_out(reason: str) -> NoReturn:
    """Skip loudly; fail in continuous integration, where nothing may be missing."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(f"!!! {reason}")
