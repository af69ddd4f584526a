"""After any sequence of changes the tree is byte-equal to a full rebuild."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rongshu.publishing.actions.publish_pending import publish_pending
from rongshu.publishing.models import ForeignRead, SiteManifest
from rongshu.publishing.tests.deeds import DEEDS, Step, Travel, carry_out
from rongshu.publishing.tests.world import World, tree_of
from rongshu.sites.actions.create_column import create_column
from rongshu.sites.models import Column

NUMBERS = st.integers(0, 1000)
STEPS = st.lists(
    st.tuples(st.sampled_from([*DEEDS, "publish", "publish", "wait"]), NUMBERS, NUMBERS), max_size=14
)
# Shrinking a sequence of real deeds takes minutes; the steps that fail are printed as they are.
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]
CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


class _Undone(Exception):
    """Rolls an example back."""


@pytest.fixture
def travel(monkeypatch: pytest.MonkeyPatch) -> Travel:
    """Move the clock forward."""
    real, ahead = timezone.now, [timedelta()]

    def go(further: timedelta) -> None:
        ahead[0] += further

    monkeypatch.setattr(timezone, "now", lambda: real() + ahead[0])
    return go


Compare = Callable[[list[Step]], None]


def _add_platform(world: World) -> None:
    """Columns whose pages read other columns: the disclosure platform with its guide and leaders."""

    def add(slug: str, parent: Column | None, code: str, **elements: Any) -> Column:
        return create_column(
            actor=world.operator, site=world.portal, slug=slug, name=f"公开{slug}", parent=parent,
            disclosure_code=code, update_class="static", page_size=5,
            **{"type": "信息公开目录", "description": "公开", "keywords": "公开", **elements},
        )  # fmt: skip

    platform = add("openness", None, "platform", show_in_navigation=True)
    add("guide", platform, "guide")
    catalogue = add("catalogue", platform, "catalogue")
    add("leaders", catalogue, "catalogue-leaders", list_template="people", type="负责人信息")


@pytest.fixture
def compare(world: World, travel: Travel, settings: Any, tmp_path: Path) -> Compare:
    """Return what carries steps out, then publishes anew in full and compares."""
    _add_platform(world)
    for _ in range(7):
        world.article(world.news, world.bureau_news)
    numbers = itertools.count()

    def use_new_folders() -> None:
        folder = tmp_path / f"run-{next(numbers)}"
        settings.PUBLISHED_FOLDER, settings.MANIFEST_FOLDER = folder / "www", folder / "manifests"

    def trees() -> list[dict[str, bytes]]:
        return [tree_of(world.portal), tree_of(world.education)]

    def run(steps: list[Step]) -> None:
        use_new_folders()
        world.publish()
        for step in steps:
            carry_out(world, travel, step)
        world.publish()
        published = trees()
        use_new_folders()
        SiteManifest.objects.all().delete()
        ForeignRead.objects.all().delete()
        publish_pending(sites=[world.portal.id, world.education.id], full=True)
        for incremental, rebuilt in zip(published, trees(), strict=True):
            assert incremental.keys() == rebuilt.keys()
            different = [path for path in rebuilt if incremental[path] != rebuilt[path]]
            assert different == []

    def compare_and_undo(steps: list[Step]) -> None:
        try:
            with transaction.atomic():
                run(steps)
                raise _Undone
        except _Undone:
            pass

    return compare_and_undo


@given(steps=STEPS)
@settings(max_examples=12, deadline=None, phases=PHASES, suppress_health_check=CHECKS)
def test_any_sequence_of_changes_equals_a_full_rebuild(compare: Compare, steps: list[Step]) -> None:
    compare(steps)


@pytest.mark.slow
@given(steps=STEPS)
@settings(max_examples=250, deadline=None, phases=PHASES, suppress_health_check=CHECKS)
def test_many_sequences_of_changes_equal_a_full_rebuild(compare: Compare, steps: list[Step]) -> None:
    compare(steps)
