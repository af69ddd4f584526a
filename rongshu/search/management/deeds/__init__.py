"""The sub-commands of `rongshu search`, a module for each kind of deed."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.management.base import BaseCommand


@dataclass(frozen=True)
class Deed:
    """A sub-command. `run` prints by the command's streams and returns the exit code."""

    name: str
    purpose: str
    run: Callable[[BaseCommand, dict[str, Any]], int]
    add_arguments: Callable[[argparse.ArgumentParser], None] = lambda parser: None
