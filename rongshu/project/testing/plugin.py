"""The pytest plugin: state in a temporary folder, and which test proves which requirement.

Loaded by `-p` in pyproject.toml, hence before Django reads its settings.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest

_FOLDER = tempfile.mkdtemp(prefix="rongshu-test-")
os.environ["RONGSHU_DATA"] = _FOLDER
os.environ.setdefault("RONGSHU_DEMO", "1")
_OWNER = os.getpid()


def _remove_folder() -> None:
    if os.getpid() == _OWNER:
        shutil.rmtree(_FOLDER, ignore_errors=True)


atexit.register(_remove_folder)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--conformance FILE`."""
    parser.addoption("--conformance", metavar="FILE", help="write which tests prove which requirements")


def pytest_configure(config: pytest.Config) -> None:
    """Start recording where a file is asked for; with xdist only the controller records."""
    file = config.getoption("--conformance")
    if file and not hasattr(config, "workerinput"):
        config.pluginmanager.register(ConformanceRecord(Path(file)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Write each test's requirement codes where its report carries them."""
    for item in items:
        for mark in item.iter_markers("requirement"):
            item.user_properties.extend(("requirement", code) for code in mark.args)


class ConformanceRecord:
    """Collects the outcome of every test that names a requirement."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.outcomes: dict[str, dict[str, str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the outcome; a failure in any phase stays a failure."""
        for name, code in report.user_properties:
            if name != "requirement":
                continue
            tests = self.outcomes.setdefault(str(code), {})
            if report.failed:
                tests[report.nodeid] = "failed"
            elif report.skipped:
                tests.setdefault(report.nodeid, "skipped")
            elif report.when == "call":
                tests.setdefault(report.nodeid, "passed")

    def pytest_sessionfinish(self) -> None:
        """Write the file."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(self.outcomes, ensure_ascii=False, indent=1, sort_keys=True))
