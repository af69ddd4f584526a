"""A disk that is really full while pages are published: a small file system of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rongshu.publishing.actions.publish_pending import publish_pending
from rongshu.publishing.errors import TreeUnwritable
from rongshu.publishing.models import SiteManifest
from rongshu.publishing.tests.world import World, tree_of


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 6 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a full disk needs the right to mount a tmpfs: run as root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("is_manifest_beside", [True, False])
def test_a_full_disk_is_told_and_loses_nothing(
    world: World, disk: Path, settings: Any, tmp_path: Path, *, is_manifest_beside: bool
) -> None:
    settings.PUBLISHED_FOLDER = disk / "www"
    settings.MANIFEST_FOLDER = (disk if is_manifest_beside else tmp_path) / "manifests"
    for _ in range(7):
        world.article(world.news, world.bureau_news)
    world.publish()
    before = tree_of(world.portal)
    article = world.article(world.news, title="磁盘已满时发布的文章")
    _fill(disk / "ballast")
    with pytest.raises(TreeUnwritable, match="磁盘已满"):
        world.publish()
    # What lies there is whole: each file as it was before or as it is to be.
    halfway = tree_of(world.portal)
    (disk / "ballast").unlink()
    assert world.publish() > 0
    after = tree_of(world.portal)
    assert f"a/{article.address}.html" in after
    assert before.keys() <= halfway.keys() <= after.keys()
    assert [path for path in halfway if halfway[path] not in {before.get(path), after[path]}] == []
    assert not SiteManifest.objects.filter(is_settled=False).exists()
    settings.PUBLISHED_FOLDER, settings.MANIFEST_FOLDER = tmp_path / "www2", tmp_path / "manifests2"
    SiteManifest.objects.all().delete()
    publish_pending(sites=[world.portal.id], full=True)
    assert tree_of(world.portal) == after


def _fill(file: Path) -> None:
    with file.open("wb", buffering=0) as opened:
        try:
            while True:
                opened.write(b"\0" * 4096)
        except OSError:
            return
