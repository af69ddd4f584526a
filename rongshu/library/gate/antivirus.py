"""The hook for a virus scanner: an installation registers one, and every file goes past it (P3-06)."""

from __future__ import annotations

from rongshu.library.file_sniffing import Antivirus

_scanners: list[Antivirus] = []


def register_antivirus(scanner: Antivirus) -> None:
    """Have every incoming file scanned; a later registration replaces an earlier one."""
    _scanners[:] = [scanner]


def registered_antivirus() -> Antivirus | None:
    """Return the scanner in use, None when the installation has none."""
    return _scanners[0] if _scanners else None
