"""SQLite databases that have every table and no row of their own: made by the migrations once, then copied.

To migrate a new database costs more than anything else a set-up does, and it ends the same each time. A copy
is kept under the digest of what made it, so a changed migration is met by a new one and never by an old copy.
What `post_migrate` writes is not in it: the `migrate` or `setup` that follows writes it by the present code.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import django
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

_IMPORTED: Final = re.compile(rb"^(?:from|import) (rongshu\.[\w.]+)", re.MULTILINE)


def make_tables() -> None:
    """Carry out every migration in the database the settings name; no signal is sent, nothing is sown."""
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    connection.close()


def blank_file(folder: Path | None = None) -> Path:
    """Return an SQLite database of the present tables to copy from, making it where there is none yet.

    It is kept in `folder`, else in one of this user's own among the temporary files.
    """
    folder = folder or Path(tempfile.gettempdir()) / f"rongshu-blank-{os.getuid()}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to somebody else")
    file = folder / f"{digest_of_migrations()}.sqlite3"
    with _alone(folder / "lock"):
        if not file.exists():
            _make_file(file)
    return file


def digest_of_migrations() -> str:
    """Return the digest of all that decides which tables come about."""
    digest = hashlib.sha256(f"{django.get_version()} {sqlite3.sqlite_version}".encode())
    for folder in (folder for app in settings.INSTALLED_APPS for folder in _migrations_of(app)):
        for file in sorted(folder.glob("*.py")):
            content = file.read_bytes()
            digest.update(file.name.encode() + content)
            for module in sorted(set(_IMPORTED.findall(content))):
                digest.update(_source(module.decode()))
    return digest.hexdigest()


def _migrations_of(app: str) -> Iterator[Path]:
    found = find_spec(app)
    for place in (found.submodule_search_locations or ()) if found else ():
        yield Path(place) / "migrations"


def _source(module: str) -> bytes:
    found = find_spec(module)
    return Path(found.origin).read_bytes() if found and found.origin else b""


def _make_file(file: Path) -> None:
    with tempfile.TemporaryDirectory(dir=file.parent) as name:
        _migrate(RONGSHU_DATA=name, DATABASE_URL="")
        made = Path(name) / "rongshu.sqlite3"
        # A journal beside the file would not be copied with it, and a database in memory knows none.
        with closing(sqlite3.connect(made)) as database:
            database.execute("PRAGMA journal_mode=DELETE")
        made.replace(file)


def _migrate(**environment: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", __name__],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "rongshu.project.settings", **environment},
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"the tables could not be made:\n{done.stdout}\n{done.stderr}")


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    django.setup()
    make_tables()
