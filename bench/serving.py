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
from collections.abc import Callable
from pathlib import Path

from rongshu.project.serving.ports import free_port

# From a port and a folder of its own to the running server.
Start = Callable[[int, Path], subprocess.Popen[bytes]]
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
    ours = _measure(lambda port, folder: start_ours(port), tree, page, seconds)
    theirs = _measure(lambda port, folder: _start_nginx(tree, port, folder), tree, page, seconds)
    print(f"responder: {ours:,.0f}/s, nginx: {theirs:,.0f}/s, ratio {ours / theirs:.2f} ({page})")


def _measure(start: Start, tree: Path, page: str, seconds: int) -> float:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        server = start(port, Path(folder))
        try:
            wait_for(port)
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


def start_ours(port: int) -> subprocess.Popen[bytes]:
    """Start the public listener, two processes of it."""
    command: list[str | Path] = [
        Path(sys.executable).with_name("granian"), "--interface", "wsgi", "--workers", "2",
        "--host", "127.0.0.1", "--port", str(port), "--log-level", "error", "bench.served:application",
    ]  # fmt: skip
    return subprocess.Popen(command, env=os.environ.copy())


def wait_for(port: int, patience: float = 90.0) -> None:
    """Wait until somebody listens; a busy machine takes its time to load an application."""
    ending = time.monotonic() + patience
    while time.monotonic() < ending:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                time.sleep(0.5)
                return
        time.sleep(0.1)
    raise TimeoutError(f"nobody listens on {port}")
