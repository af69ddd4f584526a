"""Progress of a run on the terminal: one line per phase, with a bar, a count and the time."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class ProgressLines:
    """One line per phase; nothing is printed when the output is no terminal but the end of each phase."""

    def __init__(self, output: Any) -> None:
        console = Console(file=getattr(output, "_out", output), highlight=False)
        self._progress = Progress(
            TextColumn("{task.description:　<6}"),
            BarColumn(bar_width=24),
            TextColumn("{task.completed} {task.fields[rest]}"),
            TimeElapsedColumn(),
            console=console,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def note(self, said: str) -> None:
        """Print a line for good, above the phases: a log file shows it at once."""
        self._progress.console.print(said)

    def tell(self, phase: str, done: int, left: int) -> None:
        """Show that a phase has done so much, with so much left (-1: not known)."""
        if phase not in self._tasks:
            self._tasks[phase] = self._progress.add_task(phase, total=None, rest="")
        total = None if left < 0 else done + left
        rest = f"（待处理 {left}）" if left > 0 else ""
        self._progress.update(self._tasks[phase], completed=done, total=total, rest=rest)
