"""Copying a whole database out while it is in use, and putting a copy in its place, per engine."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any, Final

from django.db import connection, connections

from rongshu.project.backups.errors import BackupDamaged, DatabaseRefused, ProgramMissing

FILE_NAMES: Final = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}


def engine() -> str:
    """Return "sqlite" or "postgresql"."""
    return connection.vendor


def copy_out(target: Path) -> None:
    """Write a consistent copy of the database as of one moment; readers and writers go on meanwhile."""
    if engine() == "sqlite":
        _copy_sqlite_out(target)
    else:
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def check_copy(source: Path) -> None:
    """Raise `BackupDamaged` unless the copy can be read."""
    if engine() == "sqlite":
        with sqlite3.connect(f"file:{source}?mode=ro", uri=True) as opened:
            if opened.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                raise BackupDamaged
    else:
        _run("pg_restore", "--list", str(source), connect=False)


def put_in_place(source: Path, superseded: Path) -> None:
    """Make the copy the database, all or nothing; what was there goes to the folder `superseded`."""
    if engine() == "sqlite":
        _put_sqlite_in_place(source, superseded)
        return
    superseded.mkdir(parents=True, exist_ok=True)
    connections.close_all()
    copy_out(superseded / FILE_NAMES["postgresql"])
    statements, emptying = superseded / "restore.sql", superseded / "empty.sql"
    _run("pg_restore", "--no-owner", "--no-privileges", f"--file={statements}", str(source), connect=False)
    emptying.write_text("DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n")
    try:
        _run_script(emptying, statements)
    finally:
        statements.unlink(missing_ok=True)
        emptying.unlink(missing_ok=True)


def erase() -> None:
    """Erase the database: the file is overwritten and removed, the schema dropped."""
    if engine() == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
        return
    file = sqlite_file()
    connections.close_all()
    for one in _with_companions(file):
        if one.exists():
            overwrite(one)
            one.unlink()


def overwrite(file: Path) -> None:
    """Write zeros over a file (on flash memory old blocks may survive: destroy the medium for certainty)."""
    with file.open("r+b") as opened:
        left = file.stat().st_size
        while left > 0:
            left -= opened.write(b"\0" * min(left, 1024 * 1024))
        opened.flush()
        os.fsync(opened.fileno())


def sqlite_file() -> Path:
    """Return the file of the SQLite database."""
    return Path(str(connection.settings_dict["NAME"]))


def _copy_sqlite_out(target: Path) -> None:
    # One step: in WAL mode a reader blocks no writer, and the copy is of one moment.
    with sqlite3.connect(sqlite_file(), timeout=60) as source, sqlite3.connect(target) as copy:
        source.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")
    source.close()
    copy.close()
    _sync(target)


def _put_sqlite_in_place(source: Path, superseded: Path) -> None:
    file = sqlite_file()
    connections.close_all()
    incoming = file.with_name(file.name + ".restoring")
    shutil.copyfile(source, incoming)
    _sync(incoming)
    if file.exists():
        superseded.mkdir(parents=True, exist_ok=True)
        with sqlite3.connect(file) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        old.close()
        shutil.copy2(file, superseded / file.name)
    for companion in _with_companions(file)[1:]:
        companion.unlink(missing_ok=True)
    incoming.replace(file)


def _with_companions(file: Path) -> list[Path]:
    return [file, *(file.with_name(file.name + suffix) for suffix in ("-wal", "-shm", "-journal"))]


def _sync(file: Path) -> None:
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _run_script(*files: Path) -> None:
    arguments = [f"--file={file}" for file in files]
    _run("psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", *arguments)


def _run(program: str, *arguments: str, connect: bool = True) -> None:
    environment = {**os.environ, **(_connection_environment() if connect else {})}
    ended = subprocess.run(
        [_program(program), *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if ended.returncode:
        raise DatabaseRefused(f"{DatabaseRefused.sentence}\n{ended.stderr.strip()[-1500:]}")


def _connection_environment() -> dict[str, str]:
    # In the environment, not on the command line: a password must not show in the list of processes.
    given: dict[str, Any] = connection.settings_dict
    names = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    return {name: str(given[key]) for name, key in names.items() if given.get(key)}


def _program(name: str) -> str:
    """Prefer the newest installed version: pg_dump refuses a server newer than itself."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    found = str(versions[-1]) if versions else shutil.which(name)
    if found is None:
        raise ProgramMissing
    return found
