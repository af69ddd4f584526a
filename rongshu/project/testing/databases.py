"""Private database servers for tests of what reads other people's databases: PostgreSQL and MariaDB.

Each lives in a temporary folder, listens on loopback on a free port, and is thrown away afterwards.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pymysql

from rongshu.project.serving.ports import free_port

_STARTS_WITHIN = 60.0
PASSWORD = "legacy-secret"  # noqa: S105 - of a server that lives for one test run


class ServerMissing(Exception):
    """The server's programs are not installed here."""


@contextmanager
def private_mariadb(folder: Path) -> Iterator[int]:
    """Start a server in `folder`, yield its port; `root` and `reader` come in by `PASSWORD`."""
    server, installer = _program("mariadbd"), _program("mariadb-install-db")
    data, port = folder / "data", free_port()
    user = []
    if os.geteuid() == 0:
        folder.chmod(0o755)
        shutil.chown(folder, "mysql", "mysql")
        user = ["--user=mysql"]
    _run(
        [installer, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal", *user],
        folder,
    )
    begin = folder / "begin.sql"
    begin.write_text(
        f"ALTER USER 'root'@'localhost' IDENTIFIED BY '{PASSWORD}';\n"
        f"CREATE USER 'reader'@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';\n"
        "GRANT ALL ON *.* TO 'reader'@'127.0.0.1';\n"
    )
    begin.chmod(0o644)
    command = [
        server, "--no-defaults", f"--datadir={data}", f"--socket={folder}/s", f"--port={port}",
        "--bind-address=127.0.0.1", f"--init-file={begin}", "--skip-name-resolve",
        "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M",
        "--character-set-server=utf8mb4", f"--pid-file={folder}/pid", *user,
    ]  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        _wait_for(port, process, folder)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        try:
            pymysql.connect(host="127.0.0.1", port=port, user="reader", password=PASSWORD).close()
        except pymysql.err.OperationalError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError((folder / "log").read_text(errors="replace")[-2000:])


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if found is None:
        raise ServerMissing("没有找到 MariaDB（apt-get install mariadb-server）。")
    return found


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stdout[-1000:]}{done.stderr[-1000:]}")
