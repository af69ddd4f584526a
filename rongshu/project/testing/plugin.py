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
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from django.conf import LazySettings

    from rongshu.accounts.testing import ConsoleClient

# How long an example takes depends on what else the machine does; that is the benches' matter. Continuous
# integration tries the same examples each time, so that a red run tells of the change; elsewhere they vary.
settings.register_profile("rongshu", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("rongshu")

_FOLDER = tempfile.mkdtemp(prefix="rongshu-test-")
os.environ["RONGSHU_DATA"] = _FOLDER
os.environ.setdefault("RONGSHU_DEMO", "1")
_OWNER = os.getpid()


def _remove_folder() -> None:
    if os.getpid() == _OWNER:
        shutil.rmtree(_FOLDER, ignore_errors=True)


atexit.register(_remove_folder)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--conformance FILE` and `--database-only`."""
    parser.addoption("--conformance", metavar="FILE", help="write which tests prove which requirements")

    parser.addoption(
        "--database-only", action="store_true", help="leave out tests that would do the same on any database"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Start recording where a file is asked for; with xdist only the controller records."""
    file = config.getoption("--conformance")
    if file and not hasattr(config, "workerinput"):
        config.pluginmanager.register(ConformanceRecord(Path(file)))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Write each test's requirement codes where its report carries them; leave out what was not asked for."""
    if config.getoption("--database-only"):
        left_out = [item for item in items if not uses_database(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if uses_database(item)]
    for item in items:
        for mark in item.iter_markers("requirement"):
            name = "requirement in part" if "missing" in mark.kwargs else "requirement"
            item.user_properties.extend((name, code) for code in mark.args)


@pytest.fixture(autouse=True)
def _no_heads_of_other_tests(request: pytest.FixtureRequest) -> None:
    """Forget the exported heads of the audit chain: the rows of the test that sealed them are rolled back."""
    from django.conf import settings as installed  # noqa: PLC0415 - the environment first

    if uses_database(request.node):
        (Path(installed.AUDIT_FOLDER) / "heads.jsonl").unlink(missing_ok=True)


@pytest.fixture(scope="session")
def opensearch_hosts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return `host:port,host:port` of the run's OpenSearch: one cluster, started by the first who asks."""
    from rongshu.foundation.testing import leave_out  # noqa: PLC0415 - most runs need none
    from rongshu.project.testing import opensearch  # noqa: PLC0415

    folder, owner = tmp_path_factory.getbasetemp(), os.getpid()
    if hasattr(request.config, "workerinput"):
        folder, owner = folder.parent, os.getppid()
    try:
        return opensearch.shared_hosts(folder, owner)
    except opensearch.OpenSearchMissing as error:
        leave_out(f"{error} 跳过 OpenSearch 上的测试。")


@pytest.fixture
def console_client(db: None, settings: LazySettings) -> ConsoleClient:
    """Return a client of the console listener that has not signed in: `sign_in(console_client, person)`.

    For the whole test addresses are those of the console, so that `reverse` finds them.
    """
    from rongshu.accounts.testing import ConsoleClient  # noqa: PLC0415 - Django is set up by now

    for name, value in settings.CONSOLE_LISTENER.items():
        setattr(settings, name, value)
    settings.ALLOWED_HOSTS = ["*"]
    return ConsoleClient()


def uses_database(item: pytest.Item) -> bool:
    """Whether a test has anything to do with the database."""
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(fixtures & {"db", "transactional_db"})


# What the pass of a test amounts to, by how it names its requirement.
_PASSED = {"requirement": "passed", "requirement in part": "passed in part"}


class ConformanceRecord:
    """Collects the outcome of every test that names a requirement."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.outcomes: dict[str, dict[str, str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the outcome; a failure in any phase stays a failure."""
        for name, code in report.user_properties:
            if name not in _PASSED:
                continue
            tests = self.outcomes.setdefault(str(code), {})
            if report.failed:
                tests[report.nodeid] = "failed"
            elif report.skipped:
                tests.setdefault(report.nodeid, "skipped")
            elif report.when == "call":
                tests.setdefault(report.nodeid, _PASSED[name])

    def pytest_sessionfinish(self) -> None:
        """Write the file."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(self.outcomes, ensure_ascii=False, indent=1, sort_keys=True))
