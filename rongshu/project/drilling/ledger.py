"""What a drill has done so far, kept on disk: a drill that was stopped goes on with the next stage."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rongshu.foundation.errors import Conflict
from rongshu.project.drilling.plan import Drill


class OtherDrill(Conflict):
    """The folder holds a drill of another size."""

    code = "drill-of-other-size"
    sentence = "数据目录里有一次规模不同的演练，请用原来的参数继续，或加 --again 清除后重新开始。"


@dataclass
class Ledger:
    """The drill's size, the ports of its nodes and old sites, the stages done, and what each of them found.

    An old site keeps its port: under another address it would be another source, and a move that was cut off
    would begin from nothing instead of going on.
    """

    file: Path
    drill: Drill
    ports: dict[str, tuple[int, int]] = field(default_factory=dict)
    old_ports: dict[str, int] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    found: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def opened(cls, file: Path, drill: Drill) -> Ledger:
        """Open the ledger of a drill, or begin one; raise `OtherDrill`."""
        if not file.exists():
            return cls(file, drill)
        kept = json.loads(file.read_text("utf-8"))
        if kept["drill"] != asdict(drill):
            raise OtherDrill
        ports = {name: (public, console) for name, (public, console) in kept["ports"].items()}
        return cls(file, drill, ports, kept["old_ports"], kept["done"], kept["found"])

    def note(self, stage: str, **found: Any) -> None:
        """Note that a stage is done and what it found."""
        self.found[stage] = found
        self.done.append(stage)
        self.keep()

    def keep(self) -> None:
        """Write it down, whole or not at all."""
        written = self.file.with_suffix(".new")
        kept = asdict(self)
        del kept["file"]
        written.write_text(json.dumps(kept, ensure_ascii=False, indent=1), "utf-8")
        os.replace(written, self.file)  # noqa: PTH105 - atomic, said plainly
