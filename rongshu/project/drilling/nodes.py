"""A node of the drill at work: its folder, its commands, its processes, their deaths and their memory."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO, Any, Final

import psutil

from rongshu.foundation.errors import RongshuError
from rongshu.project.data_lock import DataInUse
from rongshu.project.drilling.plan import Node
from rongshu.project.serving.memory import family_of, shares_of
from rongshu.project.serving.sockets import AddressTaken

_PATIENCE: Final = 600.0
"""Seconds until a node answers after its start; seventeen start on two cores."""
_LONGEST_COMMAND: Final = 3600
_NICE: Final = 19
_REFUSED: Final = 2
_STILL_HELD: Final = (DataInUse.code, AddressTaken.code)


class NodeFailed(RongshuError):
    """A command of a node ended with an error, or the node does not come up."""

    code = "drill-node-failed"
    sentence = "演练中的一个节点没有按预期运行，请查看该节点目录下的日志。"


class RunningNode:
    """One installation of the drill."""

    def __init__(self, node: Node, folder: Path, ports: tuple[int, int], *, database_url: str = "") -> None:
        self.node, self.folder = node, folder
        self.public, self.console = ports
        folder.mkdir(parents=True, exist_ok=True)
        self._environment = {
            **os.environ,
            "RONGSHU_DATA": str(folder),
            "RONGSHU_DEMO": "1",
            "RONGSHU_REVIEW": "single",
            "DATABASE_URL": database_url,
        }
        self._serving: subprocess.Popen[bytes] | None = None
        self._people: subprocess.Popen[str] | None = None
        self._search_key = ""

    @property
    def base_url(self) -> str:
        """Where its neighbours reach it."""
        return f"http://127.0.0.1:{self.public}"

    @property
    def database(self) -> Path:
        """Where its database lies, if it is no server's."""
        return self.folder / "rongshu.sqlite3"

    def begin_with(self, schema: Path) -> None:
        """Begin with a database that has its tables and no rows of its own yet, where there is none."""
        if self._environment["DATABASE_URL"] or self.database.exists():
            return
        copied = self.database.with_suffix(".new")
        shutil.copy(schema, copied)
        copied.replace(self.database)

    def command(self, *arguments: str, ends: Sequence[int] = (0,)) -> str:
        """Run `rongshu …` to its end, return what it printed; raise `NodeFailed` unless it `ends` so."""
        return self._finished([sys.executable, "-m", "rongshu.project.cli", *arguments], ends)

    def do(self, deed: str, **details: Any) -> Any:
        """Let the node's people do a deed (see `deeds`), and return what came of it; raise `NodeFailed`."""
        if self._people is None or self._people.poll() is not None:
            self._people = self._sent_in()
        self._said(self._people.stdin).write(json.dumps({"do": deed, **details}) + "\n")
        self._said(self._people.stdin).flush()
        line = self._said(self._people.stdout).readline()
        if not line:
            raise NodeFailed(f"{self.node.region_name}的操作进程意外结束，见 people.log。")
        answer = json.loads(line)
        if "error" in answer:
            raise NodeFailed(f"{self.node.region_name}：{answer['error']}")
        return answer["answer"]

    def search_key(self) -> str:
        """Return a key of its search interface, made when it is first asked for."""
        self._search_key = self._search_key or str(self.do("search_key"))
        return self._search_key

    def rest(self) -> None:
        """Let its people go home."""
        if self._people is not None:
            self._said(self._people.stdin).close()
            self._people.wait(60)
            self._people = None

    def serve(self) -> None:
        """Start `rongshu serve` and wait until it answers; nothing happens where it runs already."""
        self.start()
        self.wait()

    def start(self) -> None:
        """Start `rongshu serve` without waiting."""
        if self._serving is not None and self._serving.poll() is None:
            return
        command = [
            sys.executable, "-m", "rongshu.project.cli", "serve", "--workers", "1",
            "--public", f"127.0.0.1:{self.public}", "--console", f"127.0.0.1:{self.console}",
        ]  # fmt: skip
        with (self.folder / "serve.log").open("ab") as output:
            self._serving = subprocess.Popen(
                command, env=self._environment, stdout=output, stderr=subprocess.STDOUT
            )
        if not self.node.is_hub:
            # In life a city's machines are its own. What sixteen of them have to do for themselves would
            # leave the one province next to nothing here.
            psutil.Process(self._serving.pid).nice(_NICE)

    def wait(self) -> None:
        """Wait until it answers; raise `NodeFailed` when it does not."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            if self.get("/-/health")[0] in {200, 503}:
                return
            time.sleep(0.2)
            self._start_again()
        raise NodeFailed(f"{self.node.region_name}的节点在 {_PATIENCE:.0f} 秒内没有启动，见 serve.log。")

    def _start_again(self) -> None:
        """Start what ended at once, because the data folder was still held by one that is dying."""
        if self._serving is None or self._serving.poll() is None:
            return
        told = (self.folder / "serve.log").read_text("utf-8", "replace").strip().rpartition("\n")[2]
        if self._serving.returncode == _REFUSED and not any(code in told for code in _STILL_HELD):
            raise NodeFailed(f"{self.node.region_name}的节点没有启动：{told}")
        self.start()

    def stop(self) -> None:
        """End its processes as an operator would."""
        if self._serving is not None:
            self._serving.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._serving.wait(60)
        self.kill()
        self.rest()

    def kill(self) -> None:
        """End all its processes at once, as a power cut would."""
        if self._serving is None:
            return
        for process in self.processes():
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self._serving.wait()
        self._serving = None

    def kill_one(self, dice: random.Random) -> bool:
        """Kill any one of its processes, the supervisor too, unwarned; return whether there was one."""
        found = self.processes()
        if not found:
            return False
        with suppress(psutil.NoSuchProcess):
            dice.choice(found).kill()
            return True
        return False

    def processes(self) -> list[psutil.Process]:
        """Return its processes, the supervisor first."""
        if self._serving is None or self._serving.poll() is not None:
            return []
        with suppress(psutil.NoSuchProcess):
            return family_of(psutil.Process(self._serving.pid))
        return []

    def memory(self) -> int:
        """Return how many bytes its processes take together (PSS)."""
        top = next(iter(self.processes()), None)
        return sum(shares_of(top)) if top else 0

    def get(
        self, path: str, host: str = "localhost", headers: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        """Return status and text of an address of its public listener, (0, "") while nobody listens."""
        connection = HTTPConnection("127.0.0.1", self.public, timeout=30)
        try:
            connection.request("GET", path, headers={"Host": f"{host}:{self.public}", **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        except (OSError, HTTPException):
            return 0, ""
        finally:
            connection.close()

    def _sent_in(self) -> subprocess.Popen[str]:
        with (self.folder / "people.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "rongshu.project.drilling.deeds"],
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    @staticmethod
    def _said(stream: IO[str] | None) -> IO[str]:
        if stream is None:
            raise RuntimeError("the process was started without this stream")
        return stream

    def _finished(self, command: list[str], ends: Sequence[int]) -> str:
        ended = subprocess.run(
            command,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=_LONGEST_COMMAND,
        )
        if ended.returncode not in ends:
            told = (ended.stderr.strip() or ended.stdout.strip())[-2000:]
            raise NodeFailed(f"{self.node.region_name}：{' '.join(command[2:6])} 没有成功：{told}")
        return ended.stdout
