"""kill -9 at random points of admitting and approving: nothing lost, nothing doubled, no gap in the
numbers."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rongshu.project.blank_databases import blank_file

PREPARE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from rongshu.library.tests.conftest import make_library
from rongshu.library.actions.batches import open_batch
library = make_library()
open_batch(actor=library.operator, kind="intake", source="drill")
"""
RUN = """
import django
django.setup()
from rongshu.accounts.models import Person
from rongshu.library.actions.admit_many import admit_many
from rongshu.library.actions.batches import approve_batch, close_batch
from rongshu.library.load_records import load_records
from rongshu.library.models import ApprovalBatch
from rongshu.organizations.models import Organization
operator, batch = Person.objects.get(handle="operator"), ApprovalBatch.objects.get()
print("ready", flush=True)
owners = list(Organization.objects.order_by("name"))
if batch.status == "open":
    for _ in admit_many(actor=operator, records=load_records(owners, start=0, stop=600), batch=batch):
        pass
batch = close_batch(actor=operator, batch=batch) if batch.status != "approved" else batch
approve_batch(actor=operator, batch=batch, signers=[operator])
"""
READ = """
import django
django.setup()
from rongshu.foundation.models import Event
from rongshu.library.models import Approval, Resource, ResourceVersion
print(Resource.objects.filter(status="effective").count(), ResourceVersion.objects.count(),
Approval.objects.count())
print(Event.objects.filter(kind="ResourceBecameEffective").count())
print(*ResourceVersion.objects.order_by("title").values_list("title", flat=True), sep=chr(10))
print(*sorted(Resource.objects.values_list("index_number", flat=True)), sep=chr(10))
"""


def python(code: str, folder: Path) -> subprocess.Popen[str]:
    environment = {
        **os.environ, "RONGSHU_DATA": str(folder), "RONGSHU_DEMO": "1", "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "rongshu.project.settings",
    }  # fmt: skip
    return subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)


def result_of(folder: Path) -> list[str]:
    return python(READ, folder).communicate()[0].splitlines()


@pytest.mark.slow
def test_killed_runs_end_as_an_undisturbed_one(tmp_path: Path) -> None:
    chance = random.Random(20261122)
    undisturbed, disturbed = tmp_path / "calm", tmp_path / "storm"
    for folder in (undisturbed, disturbed):
        folder.mkdir()
        shutil.copy(blank_file(), folder / "rongshu.sqlite3")
        assert python(PREPARE, folder).wait() == 0
    began = time.monotonic()
    assert python(RUN, undisturbed).wait() == 0
    took = time.monotonic() - began
    kills = 0
    for _ in range(12):
        process = python(RUN, disturbed)
        assert process.stdout is not None
        process.stdout.readline()
        try:
            process.wait(timeout=chance.uniform(0, took / 4))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills += 1
    assert python(RUN, disturbed).wait() == 0
    assert kills > 0
    assert result_of(disturbed) == result_of(undisturbed)
