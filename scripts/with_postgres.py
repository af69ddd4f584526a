"""Run a command with DATABASE_URL naming a private PostgreSQL cluster in a temporary folder.

    python scripts/with_postgres.py pytest -n 2

The cluster listens on a Unix socket only and is thrown away afterwards. PostgreSQL refuses to run
as root, so root starts it as the user `postgres`. Without PostgreSQL: a loud line, and a failure in CI.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=60",
    "shared_buffers=128MB",
    "listen_addresses=",
)


def programs() -> Path | None:
    """Return the folder with initdb and pg_ctl, the newest version first."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def as_database_user(command: list[str]) -> list[str]:
    """Return the command as it has to be run here: as postgres when we are root."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


def run_quietly(command: list[str], folder: Path) -> None:
    """Run one of the cluster's programs from a folder its user may enter."""
    subprocess.run(as_database_user(command), stdout=subprocess.DEVNULL, cwd=folder, check=True)


@contextmanager
def private_cluster(folder: Path, binaries: Path, settings: tuple[str, ...] = FAST) -> Iterator[str]:
    """Start a cluster in `folder`, yield its DATABASE_URL, stop it."""
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    cluster = folder / "cluster"
    initdb = [str(binaries / "initdb"), "-D", str(cluster), "-A", "trust", "-U", "rongshu", "-E", "UTF8"]
    run_quietly([*initdb, "--locale=C.UTF-8", "--no-sync"], folder)
    options = " ".join(f"-c {setting}" for setting in (*settings, f"unix_socket_directories={folder}"))
    control = [str(binaries / "pg_ctl"), "-D", str(cluster), "-w"]
    log = ["-l", str(folder / "log"), "-o", options]
    run_quietly([*control, *log, "start"], folder)
    try:
        yield f"postgres://rongshu@{quote(str(folder), safe='')}/postgres"
    finally:
        run_quietly([*control, "-m", "immediate", "stop"], folder)


def main() -> int:
    """Run the command given, and return its exit code."""
    binaries = programs()
    if binaries is None:
        print("!!! 没有找到 PostgreSQL：跳过 PostgreSQL 上的测试。", file=sys.stderr)
        return 1 if os.environ.get("CI") == "true" else 0
    with tempfile.TemporaryDirectory(prefix="rongshu-pg-") as name:
        Path(name).chmod(0o755)
        with private_cluster(Path(name), binaries) as url:
            return subprocess.run(
                sys.argv[1:], env={**os.environ, "DATABASE_URL": url}, check=False
            ).returncode


if __name__ == "__main__":
    sys.exit(main())
