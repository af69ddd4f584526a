"""Installations that talk to each other: each a process with its own data and its own public listener."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from rongshu.project.serving.ports import free_port
from rongshu.project.testing.installations import ScratchInstallation, ready_installation


class Node:
    """A running node that does what it is told, one deed after the other.

    A deed is a function of `module`, called with keywords of plain values; its answer comes back as JSON.
    """

    def __init__(self, place: ScratchInstallation, module: str, port: int = 0) -> None:
        self.place, self.module, self.port = place, module, port or free_port()
        self.process = self._start()

    @property
    def url(self) -> str:
        """The address of its public listener."""
        return f"http://127.0.0.1:{self.port}"

    def do(self, deed: str, **given: Any) -> Any:
        """Have a deed done and return its answer; raise `AssertionError` with what went wrong there."""
        asked, answers = self._pipes()
        asked.write(json.dumps({"deed": deed, "given": given}) + "\n")
        asked.flush()
        answer = json.loads(answers.readline() or '{"error": "the node has died"}')
        if "error" in answer:
            raise AssertionError(f"{deed}: {answer['error']}")
        return answer["answer"]

    def kill(self) -> None:
        """End the process as a power failure would."""
        self.process.kill()
        self.process.wait()

    def start_again(self) -> None:
        """Start it anew, on the same data and the same port."""
        self.process = self._start()

    def stop(self) -> None:
        """End the process."""
        if self.process.poll() is None and self.process.stdin is not None:
            self.process.stdin.close()
            self.process.wait(timeout=60)

    def _start(self) -> subprocess.Popen[str]:
        with (self.place.folder / "node.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "rongshu.project.testing.node_process", self.module, str(self.port)],
                env=self.place.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                text=True,
            )  # fmt: skip
        if process.stdout is None or process.stdout.readline() != "ready\n":
            raise AssertionError((self.place.folder / "node.log").read_text()[-4000:])
        return process

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        if self.process.stdin is None or self.process.stdout is None:
            raise AssertionError("the node has no pipes")
        return self.process.stdin, self.process.stdout


@contextmanager
def running_node(folder: Path, module: str) -> Iterator[Node]:
    """Yield a node of a new installation that knows the deeds of a module."""
    with ready_installation(folder) as place:
        place.environment |= {"RONGSHU_REVIEW": "single"}
        node = Node(place, module)
        try:
            yield node
        finally:
            node.stop()
