"""Generations of an embedded index: folders, and a small file that names the serving one."""

from __future__ import annotations

import os
import secrets
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import orjson

from rongshu.foundation import clock
from rongshu.search.engines.embedded.fields import open_index
from rongshu.search.engines.port import Generation, Stamp
from rongshu.search.errors import EngineUnavailable, GenerationServing

_SERVING: Final = "serving"
_STAMP: Final = "stamp.json"
_DROPPED: Final = ".dropped-"


class Shelf:
    """The folder of one index with its generations."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, name: str) -> Path:
        """The folder of a generation."""
        return self.folder / name

    def serving(self) -> str | None:
        """Return the name of the serving generation."""
        try:
            return (self.folder / _SERVING).read_text().strip() or None
        except FileNotFoundError:
            return None

    def mark(self) -> tuple[int, int]:
        """Return what changes when another generation serves: cheap to ask before every search."""
        try:
            found = (self.folder / _SERVING).stat()
        except FileNotFoundError:
            return 0, 0
        return found.st_mtime_ns, found.st_ino

    def all(self) -> list[Generation]:
        """Return every complete generation folder, the oldest first."""
        serving = self.serving()
        stamps = sorted(self.folder.glob(f"*/{_STAMP}"))
        return [_read(stamp, serving) for stamp in stamps if not stamp.parent.name.startswith(".")]

    def begin(self, stamp: Stamp) -> str:
        """Make an empty generation."""
        at = clock.now().astimezone(UTC)
        name = f"{at:%Y%m%dT%H%M%S%f}-{secrets.token_hex(3)}"
        self.path(name).mkdir(mode=0o750, parents=True)
        open_index(str(self.path(name)))
        facts = {"schema": stamp.schema, "analysis": stamp.analysis, "begun_at": at.isoformat()}
        (self.path(name) / _STAMP).write_bytes(orjson.dumps(facts))
        return name

    def switch(self, name: str) -> None:
        """Let a generation serve: one rename."""
        if not (self.path(name) / _STAMP).exists():
            raise EngineUnavailable(f"检索索引没有名为 {name} 的一代，请重建索引。")
        temporary = self.folder / f".{_SERVING}-{secrets.token_hex(3)}"
        with temporary.open("w") as opened:
            opened.write(name)
            opened.flush()
            os.fsync(opened.fileno())
        temporary.replace(self.folder / _SERVING)

    def drop(self, name: str) -> None:
        """Remove a generation, and what an interrupted removal left."""
        if name == self.serving():
            raise GenerationServing
        if self.path(name).exists():
            self.path(name).rename(self.folder / f"{_DROPPED}{name}")
        for left in self.folder.glob(f"{_DROPPED}*"):
            shutil.rmtree(left, ignore_errors=True)


def _read(stamp: Path, serving: str | None) -> Generation:
    facts = orjson.loads(stamp.read_bytes())
    name = stamp.parent.name
    at = datetime.fromisoformat(facts["begun_at"])
    return Generation(name, Stamp(facts["schema"], facts["analysis"]), at, name == serving)
