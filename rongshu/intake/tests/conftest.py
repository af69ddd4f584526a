"""示范省 with two sites, and the command a person would run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from rongshu.publishing.tests.world import World, make_world

RunIntake = Callable[..., dict[str, Any]]


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path) -> World:
    """Return 示范省 with two sites online; nothing is published yet."""
    settings.DEMONSTRATION = True
    settings.DATA_FOLDER = tmp_path
    settings.STORE_FOLDER = tmp_path / "store"
    settings.PUBLISHED_FOLDER = tmp_path / "www"
    settings.MANIFEST_FOLDER = tmp_path / "manifests"
    return make_world()


@pytest.fixture
def run_intake(world: World, tmp_path: Path) -> RunIntake:
    """Return the command `rongshu intake run`, whose answer is its report."""

    def run(source: str = "", **options: Any) -> dict[str, Any]:
        report = tmp_path / "report.json"
        given = {"site": "portal", "approved_by": "operator", "allow_host": ["127.0.0.1"], "rate": 0.0}
        given["backoff"] = 0.05
        if "resume" in options:
            del given["site"]
        arguments = [source] if source else []
        call_command("intake", "run", *arguments, report=report, **{**given, **options})
        answer: dict[str, Any] = json.loads(report.read_text())
        assert answer["source_count"] == answer["stored"] + len(answer["duplicates"]) + len(answer["refused"])
        return answer

    return run
