"""The process of a node under test: serves its public listener, and does deeds it reads from its input."""

from __future__ import annotations

import importlib
import json
import logging
import os
import sys
import traceback
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import django

_answers = sys.stdout


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


def main(module: str, port: int) -> None:
    """Serve until the input ends."""
    global _answers  # noqa: PLW0603 - one process, one asker
    _answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever else is printed goes to the log
    django.setup()
    logging.disable(logging.WARNING)
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415 - after the set-up

    server = _Server(("127.0.0.1", port), _Quiet)
    server.set_app(get_wsgi_application())
    Thread(target=server.serve_forever, daemon=True).start()
    deeds = importlib.import_module(module)
    _say("ready")
    for line in sys.stdin:
        _say(json.dumps(_answer(deeds, json.loads(line)), default=str))


def _answer(deeds: Any, asked: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"answer": getattr(deeds, asked["deed"])(**asked["given"])}
    except Exception:  # noqa: BLE001 - whoever asked is told
        return {"error": traceback.format_exc(limit=-12)}


def _say(line: str) -> None:
    _answers.write(line + "\n")
    _answers.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
