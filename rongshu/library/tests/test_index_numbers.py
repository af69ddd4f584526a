"""索引号: gap-free per unit and year, never used twice, also when processes compete (P6-02)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from rongshu.library.actions.approve_version import approve_version
from rongshu.library.actions.create_draft import create_draft
from rongshu.library.actions.withdraw_resource import reinstate_resource, withdraw_resource
from rongshu.library.index_numbers import allocate
from rongshu.library.models import IndexNumberCounter, Resource
from rongshu.library.tests.conftest import SHANGHAI, Library, MakeRecord
from rongshu.project.blank_databases import blank_file


def publish(library: Library, record: object) -> Resource:
    resource = create_draft(actor=library.writer, record=record)  # type: ignore[arg-type]
    assert resource.working_version is not None
    return approve_version(actor=library.reviewer, version=resource.working_version).resource


@pytest.mark.requirement("P6-02")
def test_numbers_follow_unit_and_year_of_publication(library: Library, make_record: MakeRecord) -> None:
    code = library.education.credit_code
    # 23:30 UTC on New Year's Eve is the new year here.
    at_new_year = datetime(2021, 12, 31, 23, 30, tzinfo=SHANGHAI)
    first = publish(library, make_record(title="甲", given_published_at=at_new_year))
    second = publish(library, make_record(title="乙"))
    third = publish(
        library, make_record(title="丙", given_published_at=datetime(2022, 1, 1, 0, 0, tzinfo=SHANGHAI))
    )
    assert [each.index_number for each in (first, second, third)] == [
        f"{code}/2021-00001", f"{code}/2021-00002", f"{code}/2022-00001",
    ]  # fmt: skip


@pytest.mark.requirement("P6-02")
def test_only_open_information_is_numbered(library: Library, make_record: MakeRecord) -> None:
    assert publish(library, make_record(open_type="on-request")).index_number is None
    assert not IndexNumberCounter.objects.exists()


@pytest.mark.requirement("P6-02")
def test_a_rolled_back_publication_leaves_no_gap(library: Library, make_record: MakeRecord) -> None:
    publish(library, make_record(title="甲"))
    with transaction.atomic():
        allocate(library.education, 2021, 5)
        transaction.set_rollback(True)
    assert (
        publish(library, make_record(title="乙")).index_number
        == f"{library.education.credit_code}/2021-00002"
    )


@pytest.mark.requirement("P6-02")
def test_a_number_is_kept_for_ever(library: Library, make_record: MakeRecord) -> None:
    resource = publish(library, make_record())
    number = resource.index_number
    withdraw_resource(actor=library.reviewer, resource=resource, reason="误发")
    other = publish(library, make_record(title="另一篇"))
    assert other.index_number != number
    assert reinstate_resource(actor=library.reviewer, resource=resource).index_number == number
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Resource.objects.filter(pk=resource.pk).update(index_number="x")
    with pytest.raises(DatabaseError, match="never reused"), transaction.atomic():
        IndexNumberCounter.objects.update(last=0)
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
        Resource.objects.filter(pk=resource.pk)._raw_delete("default")


@pytest.mark.requirement("P6-02")
def test_serials_grow_to_six_digits(library: Library) -> None:
    IndexNumberCounter.objects.create(organization=library.education, year=2021, last=99_998)
    with transaction.atomic():
        numbers = allocate(library.education, 2021, 3)
    assert [number.rpartition("-")[2] for number in numbers] == ["99999", "100000", "100001"]


WORKER = """
import sys, django
django.setup()
from rongshu.accounts.models import Person
from rongshu.library.actions.approve_version import approve_version
from rongshu.library.actions.create_draft import create_draft
from rongshu.library.gate.records import IncomingRecord
from rongshu.organizations.models import Organization
from datetime import datetime, UTC
name, count = sys.argv[1], int(sys.argv[2])
operator = Person.objects.get(handle="operator")
owner = Organization.objects.get(name="示范省教育厅")
for n in range(count):
    record = IncomingRecord(
        type_code="article", owner=owner, title=f"{name}第{n}号", body_html=f"<p>{name}{n}</p>",
        content_source="示范省教育厅", description="示范", theme_code="11", form="text",
        given_published_at=datetime(2021, 3, 5, tzinfo=UTC),
    )
    draft = create_draft(actor=operator, record=record)
    approve_version(actor=operator, version=draft.working_version)
    if n == count - 1 and name == "killed":
        import os, signal
        from django.db import transaction
        from rongshu.library.index_numbers import allocate
        with transaction.atomic():
            allocate(owner, 2021, 7)
            os.kill(os.getpid(), signal.SIGKILL)
"""
PREPARE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from rongshu.library.tests.conftest import make_library
make_library()
"""
READ = """
import django
django.setup()
from rongshu.library.models import Resource
print(*sorted(Resource.objects.values_list("index_number", flat=True)), sep="\\n")
"""


@pytest.mark.requirement("P6-02")
def test_real_processes_share_the_numbers_without_gap(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "RONGSHU_DATA": str(tmp_path),
        "RONGSHU_DEMO": "1",
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "rongshu.project.settings",
    }

    def start(code: str, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", code, *arguments]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)

    shutil.copy(blank_file(), tmp_path / "rongshu.sqlite3")
    assert start(PREPARE).wait() == 0
    workers = [start(WORKER, name, "12") for name in ("one", "two", "three", "killed")]
    assert [worker.wait() for worker in workers] == [0, 0, 0, -9]
    numbers = start(READ).communicate()[0].split()
    assert len(numbers) == 48
    serials = [int(re.fullmatch(r"[0-9A-Z]{18}/2021-(\d{5})", number)[1]) for number in numbers]  # type: ignore[index]
    assert serials == list(range(1, 49))
