"""What a process no longer uses goes back to the machine."""

from __future__ import annotations

import subprocess
import sys

# In a process of its own: what others have left free here would go back, too.
_SCRIPT = """
from rongshu.foundation.memory import FreeMemory, resident_bytes
kept = [bytes(8000) for _ in range(20_000)]
pins = kept[::500]  # the heap cannot simply be cut off at its end
before = resident_bytes()
del kept
FreeMemory().give_back()
print(before - resident_bytes())
"""


def test_free_memory_goes_back() -> None:
    ended = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=True)
    assert int(ended.stdout) > 100_000_000
