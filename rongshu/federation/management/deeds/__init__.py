"""The sub-commands of `rongshu federation`, a module for each kind of deed."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.management.base import BaseCommand

from rongshu.accounts.models import Person


@dataclass(frozen=True)
class Deed:
    """A sub-command done in a person's name. `run` prints by the command's streams, returns the exit code."""

    name: str
    purpose: str
    run: Callable[[BaseCommand, Person, dict[str, Any]], int]
    add_arguments: Callable[[argparse.ArgumentParser], None] = lambda parser: None


@dataclass(frozen=True)
class Look:
    """A sub-command that changes nothing and asks for no person."""

    name: str
    purpose: str
    run: Callable[[BaseCommand, dict[str, Any]], int]
    add_arguments: Callable[[argparse.ArgumentParser], None] = lambda parser: None
