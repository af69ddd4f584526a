"""A scratch installation in a folder of its own, driven by real commands in real processes."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit, urlunsplit

import psycopg

from rongshu.foundation.identifiers import new_id
from rongshu.project.blank_databases import blank_file


class ScratchInstallation:
    """An installation whose commands run as a person would run them."""

    def __init__(self, folder: Path, database_url: str = "", **environment: str) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            "RONGSHU_DATA": str(folder),
            "DATABASE_URL": database_url,
            "RONGSHU_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "rongshu.project.settings",
            **environment,
        }

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `rongshu …` to its end."""
        return self.python("-m", "rongshu.project.cli", *arguments, check=check)

    def python(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run the interpreter in this installation."""
        ended = subprocess.run(
            [sys.executable, *arguments], env=self.environment, capture_output=True, text=True, check=False
        )
        if check and ended.returncode:
            raise AssertionError(
                f"{arguments} ended with {ended.returncode}:\n{ended.stdout}\n{ended.stderr}"
            )
        return ended

    def start(self, *arguments: str, log: str = "process.log") -> subprocess.Popen[bytes]:
        """Start the interpreter in this installation; its output goes to `log` in the folder."""
        with (self.folder / log).open("ab") as output:
            return subprocess.Popen(
                [sys.executable, *arguments], env=self.environment, stdout=output, stderr=subprocess.STDOUT
            )


@contextmanager
def scratch_installation(
    folder: Path, *, has_tables: bool = False, **environment: str
) -> Iterator[ScratchInstallation]:
    """Yield an empty installation on SQLite, or on a new database of the cluster the tests run on.

    With `has_tables` one on SQLite need not carry out the migrations any more; nothing else is done for it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        if has_tables:
            shutil.copy(blank_file(), folder / "rongshu.sqlite3")
        yield ScratchInstallation(folder, **environment)
        return
    with scratch_database(url) as own:
        yield ScratchInstallation(folder, own, **environment)


@contextmanager
def ready_installation(folder: Path) -> Iterator[ScratchInstallation]:
    """Yield an installation set up as "示范平台" by "operator": a copy of one made once per test process."""
    pattern = _pattern()
    shutil.copytree(pattern.folder, folder)
    url = pattern.environment["DATABASE_URL"]
    if not url:
        yield ScratchInstallation(folder)
        return
    with scratch_database(os.environ["DATABASE_URL"], template=urlsplit(url).path[1:]) as own:
        yield ScratchInstallation(folder, own)


@cache
def _pattern() -> ScratchInstallation:
    stack = ExitStack()
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="rongshu-pattern-")))
    made = stack.enter_context(scratch_installation(folder / "data", has_tables=True))
    atexit.register(stack.close)
    made.run("setup", "--name", "示范平台", "--operator", "operator")
    shutil.rmtree(made.folder / "log")
    return made


@contextmanager
def scratch_database(cluster_url: str, template: str = "template1") -> Iterator[str]:
    """Make a database beside the one named, yield its URL, drop it."""
    name = f"scratch_{new_id().hex}"
    parts = urlsplit(cluster_url)
    with psycopg.connect(cluster_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(cluster_url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
