"""What the deeds and objects of the audit trail are called; apps add theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rongshu.console.audit.deeds import DEEDS, OBJECTS

_deeds: Final[dict[str, str]] = dict(DEEDS)
_objects: Final[dict[str, str]] = dict(OBJECTS)
DOORS: Final = {"web": "管理端", "command": "命令行", "api": "接口", "clock": "系统时钟"}


def register_words(deeds: Mapping[str, str], objects: Mapping[str, str] | None = None) -> None:
    """Say what an app's deeds, and the objects they are done to, are called; called from `ready`."""
    _deeds.update(deeds)
    _objects.update(objects or {})


def deed_label(code: str) -> str:
    """Return what a deed is called, its code where nobody has said."""
    return _deeds.get(code, code)


def object_label(kind: str) -> str:
    """Return what a kind of object is called."""
    return _objects.get(kind, kind)


def deed_choices() -> list[tuple[str, str]]:
    """Return the deeds that have a name."""
    return list(_deeds.items())


def object_choices() -> list[tuple[str, str]]:
    """Return the kinds of object that have a name."""
    return list(_objects.items())
