"""What runs in the child processes: WSGI listeners on granian, and the worker."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, Final

import structlog
from django.db import connections

from rongshu.foundation.memory import keep_few_arenas
from rongshu.foundation.worker import run_worker
from rongshu.project.serving.signals import ENDING, SignalInbox
from rongshu.project.serving.sockets import BACKLOG

log = structlog.get_logger("rongshu.serve")

_RUST_THREADS: Final = 1
_BLOCKING_FILE_THREADS: Final = 8
_IDLE_SECONDS: Final = 10  # an idle thread gives its memory back
_WAITING_REQUESTS: Final = 512


def run_listener(
    sockets: Sequence[socket.socket],
    make_application: Callable[[], Callable[..., Any]],
    threads: int,
    others: Sequence[socket.socket] = (),
) -> None:
    """Answer on the sockets until asked to end; requests under way are finished.

    `threads` Python threads answer per socket; each may hold a database connection. `others` are the
    sockets of the other listener, which a fork would share (P3-01).
    """
    _leave(others)
    # Granian is loaded here, in the forked child: its runtime must not be started before a fork.
    # The pieces of granian's own WSGI worker, put together here because its server neither forks from a
    # loaded process nor listens on two sockets (requirements.in bounds the version).
    native: Any = import_module("granian._granian")
    make_scheduler: Any = import_module("granian._futures")._new_cbscheduler
    wrap: Any = import_module("granian.wsgi")._callback_wrapper
    http: Any = import_module("granian.http")
    inbox = SignalInbox(ENDING)
    callback = wrap(make_application(), {})
    loop = asyncio.new_event_loop()
    stopping = [native.WorkerSignal() for _ in sockets]
    ended = [threading.Event() for _ in sockets]
    for place, (listening, stop) in enumerate(zip(sockets, stopping, strict=True)):
        stop.add_cb(ended[place].set)
        worker = native.WSGIWorker(
            place + 1, (None, native.SocketHolder(listening.fileno(), False, BACKLOG)), None, _RUST_THREADS,
            _BLOCKING_FILE_THREADS, threads, _IDLE_SECONDS, _WAITING_REQUESTS, "auto",
            http.HTTP1Settings(header_read_timeout=15_000), http.HTTP2Settings(), None,
            False, None, None, None, "tls1.3", None, [], False, (None, None),
        )  # fmt: skip
        worker.serve_mtr(make_scheduler(loop, callback, impl_asyncio=True), loop, stop)
    inbox.wait()
    for stop, event in zip(stopping, ended, strict=True):
        stop.set()
        event.wait(timeout=10)
    connections.close_all()


def run_worker_process(others: Sequence[socket.socket] = ()) -> None:
    """Run the worker's duties until asked to end; the work at hand is finished first."""
    _leave(others)
    keep_few_arenas()
    inbox, stop = SignalInbox(ENDING), threading.Event()
    worker = threading.Thread(target=run_worker, args=(stop,), name="worker")
    worker.start()
    while worker.is_alive() and not inbox.wait(5):
        pass
    stop.set()
    worker.join()
    connections.close_all()


def _leave(sockets: Sequence[socket.socket]) -> None:
    """Close this process's hold of sockets that are not its own; their owners keep theirs."""
    for one in sockets:
        one.close()
