"""A bad network: a TCP proxy that cuts, delays, duplicates and reorders what passes through it, by chance."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from typing import Final

_CHUNK: Final = 16 * 1024
_LONGEST_DELAY: Final = 0.3
_OVERTAKEN_AFTER: Final = 0.5
_IDLE: Final = 60.0


class Fault(StrEnum):
    """What may happen to a chunk on its way."""

    CUT_REQUEST = "cut-request"
    CUT_ANSWER = "cut-answer"
    DELAY = "delay"
    DUPLICATE = "duplicate"
    REORDER = "reorder"


class FaultyProxy:
    """Passes connections on to a port of this machine; `chance` of each chunk meets a fault.

    A cut passes on part of the chunk and closes both ends. A duplicate sends the request a second time over a
    connection of its own, as a replay. A reordered request waits until another one has overtaken it.
    """

    def __init__(self, upstream: int, *, chance: float = 0.0, seed: int = 0) -> None:
        self.upstream, self.chance = upstream, chance
        self.counts: Counter[Fault] = Counter()
        self._random, self._lock = random.Random(seed), threading.Lock()  # noqa: S311 - no secret
        self._overtaken = threading.Condition()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """The address to ask instead of the node's own."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def faults(self) -> int:
        """How many faults there were."""
        return sum(self.counts.values())

    def close(self) -> None:
        """Take no further connection."""
        self._door.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            try:
                node = socket.create_connection(("127.0.0.1", self.upstream), timeout=_IDLE)
            except OSError:
                return
            with node:
                client.settimeout(_IDLE)
                back = threading.Thread(target=self._pump, args=(node, client, False), daemon=True)
                back.start()
                self._pump(client, node, True)
                back.join()

    def _pump(self, source: socket.socket, target: socket.socket, is_request: bool) -> None:
        with suppress(OSError):
            while chunk := source.recv(_CHUNK):
                if not self._pass_on(chunk, target, is_request):
                    break
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _pass_on(self, chunk: bytes, target: socket.socket, is_request: bool) -> bool:
        """Send a chunk with what happens to it; return whether the connection lives on."""
        fault = self._chosen(is_request)
        if fault in {Fault.CUT_REQUEST, Fault.CUT_ANSWER}:
            target.sendall(chunk[: self._below(len(chunk))])
            return False
        if fault == Fault.DELAY:
            time.sleep(self._fraction() * _LONGEST_DELAY)
        elif fault == Fault.REORDER:
            with self._overtaken:
                self._overtaken.wait(_OVERTAKEN_AFTER)
        target.sendall(chunk)
        if fault == Fault.DUPLICATE:
            self._replay(chunk)
        if is_request:
            with self._overtaken:
                self._overtaken.notify_all()
        return True

    def _replay(self, request: bytes) -> None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.upstream), timeout=5) as node:
            node.sendall(request)
            node.recv(_CHUNK)

    def _chosen(self, is_request: bool) -> Fault | None:
        of_requests = (Fault.CUT_REQUEST, Fault.DELAY, Fault.DUPLICATE, Fault.REORDER)
        with self._lock:
            if self._random.random() >= self.chance:
                return None
            fault = self._random.choice(of_requests if is_request else (Fault.CUT_ANSWER, Fault.DELAY))
            self.counts[fault] += 1
            return fault

    def _below(self, size: int) -> int:
        with self._lock:
            return self._random.randrange(size)

    def _fraction(self) -> float:
        with self._lock:
            return self._random.random()


@contextmanager
def faulty_network(upstream: int, *, chance: float, seed: int) -> Iterator[FaultyProxy]:
    """Open a bad network before a port of this machine."""
    proxy = FaultyProxy(upstream, chance=chance, seed=seed)
    try:
        yield proxy
    finally:
        proxy.close()
