"""The embedded responder beside nginx: the same published tree, the same client, two workers each.

Needs nginx and wrk (`apt-get install nginx-light wrk`); says so where one is missing.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_NGINX = """
daemon off; worker_processes 2; error_log /dev/null; pid {folder}/nginx.pid;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; default_type application/octet-stream; types {{ text/html html; }}
  server {{ listen 127.0.0.1:{port}; root {tree}; location / {{ try_files $uri $uri/index.html =404; }} }}
}}
"""


def compare(seconds: int) -> None:
    """Print answers per second of both, and the ratio."""
    from django.conf import settings  # noqa: PLC0415 - set up by the caller

    missing = [tool for tool in ("nginx", "wrk") if shutil.which(tool) is None]
    if missing:
        print(f"responder: not measured, missing {', '.join(missing)}")
        return
    tree = next(path for path in sorted(Path(settings.PUBLISHED_FOLDER).iterdir()) if path.name[0] != ".")
    page = "/" + str(next((tree / "a").rglob("*.html")).relative_to(tree))
    ours = _measure(_start_ours, tree, page, seconds)
    theirs = _measure(_start_nginx, tree, page, seconds)
    print(f"responder: {ours:,.0f}/s, nginx: {theirs:,.0f}/s, ratio {ours / theirs:.2f} ({page})")


def _measure(start: object, tree: Path, page: str, seconds: int) -> float:
    port = _free_port()
    with tempfile.TemporaryDirectory() as folder:
        server = start(tree, port, Path(folder))  # type: ignore[operator]
        try:
            _wait_for(port)
            command = ["wrk", "-t2", "-c32", f"-d{seconds}s", "-H", f"Host: {tree.name}.localhost"]
            done = subprocess.run(
                [*command, f"http://127.0.0.1:{port}{page}"], capture_output=True, text=True, check=True
            )
        finally:
            server.terminate()
            server.wait()
    if "Non-2xx" in done.stdout:
        print(done.stdout)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])  # type: ignore[index]


def _start_nginx(tree: Path, port: int, folder: Path) -> subprocess.Popen[bytes]:
    configuration = folder / "nginx.conf"
    configuration.write_text(_NGINX.format(folder=folder, port=port, tree=tree))
    tree.parent.chmod(0o755)
    return subprocess.Popen(["nginx", "-c", configuration, "-p", folder, "-g", "user root;"])


def _start_ours(tree: Path, port: int, folder: Path) -> subprocess.Popen[bytes]:
    command = [
        Path(sys.executable).with_name("granian"), "--interface", "wsgi", "--workers", "2",
        "--host", "127.0.0.1", "--port", str(port), "--log-level", "error", "bench.served:application",
    ]  # fmt: skip
    return subprocess.Popen(command, env=os.environ.copy())


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                time.sleep(0.5)
                return
        time.sleep(0.1)
