"""The installation a bench measures: named in the environment, then set up."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from types import ModuleType


def set_up(data: Path, *, measuring: str) -> ModuleType:
    """Set Django up over the data folder and return the module that measures.

    Settings read the environment when they are first imported. So what measures stands in a module of its
    own, whose imports are at its top as anywhere, and it is imported here, after the environment is made.
    """
    os.environ.update(
        RONGSHU_DATA=str(data), RONGSHU_DEMO="1", DJANGO_SETTINGS_MODULE="rongshu.project.settings"
    )
    import django  # noqa: PLC0415 - the environment first

    django.setup()
    return import_module(measuring)
