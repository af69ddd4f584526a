"""Processes that a publisher started end with it at once, whatever they are at."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

# The child never looks at its pipe: only the kernel can end it.
_PARENT = """
import multiprocessing, sys, time
from rongshu.publishing.tests.test_kinship import busy
if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    child = context.Process(target=busy, args=(sys.argv[1],))
    child.start()
    time.sleep(60)
"""


def busy(told: str) -> None:
    """Say which process this is and be busy."""
    from rongshu.foundation.kinship import die_with_parent  # noqa: PLC0415 - as a spawned process does

    die_with_parent()
    Path(told).write_text(str(os.getpid()), encoding="utf-8")
    time.sleep(60)


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux kills children with their parent"
)
def test_a_busy_child_dies_with_its_killed_parent(tmp_path: Path) -> None:
    script, told = tmp_path / "parent.py", tmp_path / "told"
    script.write_text(_PARENT, encoding="utf-8")
    parent = subprocess.Popen(
        [sys.executable, script, told], env={**os.environ, "PYTHONPATH": str(Path.cwd())}
    )
    try:
        _wait_for(lambda: told.exists() and bool(told.read_text(encoding="utf-8")))
        child = int(told.read_text(encoding="utf-8"))
        assert not _is_gone(child)
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    _wait_for(lambda: _is_gone(child))


def test_crew_and_companions_ask_for_it() -> None:
    for module in ("crew_member", "companion"):
        source = (Path(__file__).parent.parent / f"{module}.py").read_text(encoding="utf-8")
        assert "    die_with_parent()\n    os.environ" in source


def _wait_for(condition: object) -> None:
    assert callable(condition)
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen within 30 seconds")


def _is_gone(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"
