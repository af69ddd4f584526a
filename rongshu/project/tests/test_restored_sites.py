"""A published site is backed up while served, changed, restored: readers see the restored state again."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rongshu.project.serving.ports import free_port
from rongshu.project.testing.installations import ScratchInstallation, scratch_installation

PREPARE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from rongshu.publishing.tests.world import make_world
from rongshu.library.gate.records import IncomingFile
world = make_world()
for number in range(12):
    files = (IncomingFile(name="附件.txt", content=f"内容{number}".encode() * 50),) if number % 4 == 0 else ()
    column = world.news if number % 2 else world.bureau_news
    world.article(column, title=f"备份前的文章之{number}", files=files)
"""
CHANGE = """
import django; django.setup()
from rongshu.accounts.models import Person
from rongshu.library.actions.withdraw_resource import withdraw_resource
from rongshu.library.models import Resource
from rongshu.organizations.models import Organization
from rongshu.publishing.tests.world import Library, World
from rongshu.sites.models import Column, Site
person = {one.handle: one for one in Person.objects.all()}
unit = {one.name: one for one in Organization.objects.all()}
column = {(one.site.slug, one.path): one for one in Column.objects.select_related("site")}
portal, education = Site.objects.get(slug="portal"), Site.objects.get(slug="edu")
own = Site.objects.get(slug="portal").sponsor, Site.objects.get(slug="edu").sponsor
library = Library(*own, person["writer"], person["reviewer"], person["operator"])
any_column = Column.objects.filter(site=portal, placements__isnull=False).first()
world = World(library, portal, education, any_column, any_column, any_column, any_column)
first, second = Resource.objects.filter(effective_version__title__contains="备份前").order_by("pk")[:2]
world.edit(first, title="备份后改过的标题")
withdraw_resource(actor=person["operator"], resource=second, reason="误发")
world.article(title="备份后新增的文章")
"""


def tree(place: ScratchInstallation) -> dict[str, str]:
    root = place.folder / "www"
    return {
        str(file.relative_to(root)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in root.rglob("*")
        if file.is_file()
    }


def titles(place: ScratchInstallation) -> str:
    return "\n".join(file.read_text() for file in (place.folder / "www").rglob("a/**/*.html"))


def until(met: Callable[[], bool], process: subprocess.Popen[bytes], place: ScratchInstallation) -> None:
    """Wait for something to become true; only a hang fails, never a slow machine."""
    for _ in range(600):
        assert process.poll() is None, (place.folder / "serve.log").read_text()[-4000:]
        if met():
            return
        time.sleep(0.2)
    raise AssertionError((place.folder / "serve.log").read_text()[-4000:])


@contextmanager
def served(place: ScratchInstallation) -> Iterator[subprocess.Popen[bytes]]:
    addresses = ["--public", f"127.0.0.1:{free_port()}", "--console", f"127.0.0.1:{free_port()}"]
    process = place.start("-m", "rongshu.project.cli", "serve", *addresses, log="serve.log")
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


@pytest.mark.slow
@pytest.mark.requirement("P3-10")
def test_readers_see_the_restored_state(tmp_path: Path) -> None:
    with scratch_installation(tmp_path / "data") as place:
        place.python("-c", PREPARE)
        place.run("publish")
        published = tree(place)
        assert sum("/a/" in name for name in published) >= 12
        with served(place) as process:
            place.run("backup", str(tmp_path / "backup"))
            place.python("-c", CHANGE)
            until(lambda: "备份后新增的文章" in titles(place), process, place)
            until(lambda: "备份后改过的标题" in titles(place), process, place)
            until(lambda: any(name.endswith(".gone") for name in tree(place)), process, place)
        (place.folder / "www" / "portal" / "orphan.html").write_text("备份后多出的文件")
        place.run("restore", str(tmp_path / "backup"), "--replace")
        with served(place) as process:
            until(lambda: tree(place) == published, process, place)
        assert "备份后" not in titles(place)
        assert place.run("publish", "verify").returncode == 0
        assert tree(place) == published
