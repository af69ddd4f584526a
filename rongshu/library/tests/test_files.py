"""Files at the gate: taken by what they are, stored once, never a way to what one may not see (P3-06)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

import pytest

from rongshu.foundation import storage
from rongshu.library.actions.admit import admit
from rongshu.library.actions.approve_version import approve_version
from rongshu.library.actions.create_draft import create_draft
from rongshu.library.actions.revise_resource import revise_resource
from rongshu.library.file_errors import FileDisguised
from rongshu.library.gate import antivirus
from rongshu.library.gate.records import GateDefaults, IncomingFile
from rongshu.library.models import Resource, ResourceVersion, StoredFile, VersionFile
from rongshu.library.queries import revision_of
from rongshu.library.tests.conftest import Library, MakeRecord

CSV = "地区,数量\n示范市,3\n".encode()
PROGRAM = b"MZ\x90\x00" + b"\x00" * 60 + b"This program cannot be run in DOS mode."


def stored(answer: Any) -> ResourceVersion:
    assert answer.errors == ()
    return ResourceVersion.objects.get(pk=answer.version_id)


@pytest.mark.requirement("P3-06")
def test_files_are_stored_once_and_named_by_digest(
    library: Library, make_record: MakeRecord, tmp_path: Path
) -> None:
    on_disk = tmp_path / "x"
    on_disk.write_bytes(CSV)
    address = "https://old.example/files/1.csv"
    record = make_record(
        body_html=f'<p>见<a href="{address}">附表</a></p>',
        files=(
            IncomingFile(name="../../etc/附表\u202e.csv", content=on_disk, source_url=address),
            IncomingFile(name="再附一次.csv", content=CSV),
        ),
    )
    version = stored(admit(actor=library.writer, record=record))
    row = StoredFile.objects.get()
    assert storage.is_intact(row.digest)
    assert f'href="attachment:{row.digest}"' in version.body
    (file,) = version.attachments
    assert (file["name"], file["media_type"], file["size"]) == ("附表.csv", "text/csv", len(CSV))
    assert VersionFile.objects.get().version == version


@pytest.mark.requirement("P3-06")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("通知.pdf", PROGRAM),
        ("图.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("图.jpg", b"<html><script>alert(1)</script></html>"),
        ("空.doc", b""),
    ],
)
def test_what_may_not_be_stored_refuses_or_is_left_out(
    library: Library, make_record: MakeRecord, name: str, content: bytes
) -> None:
    record = make_record(files=(IncomingFile(name=name, content=content),))
    strict = admit(actor=library.writer, record=record, defaults=GateDefaults(refuses_bad_files=True))
    assert strict.outcome == "refused"
    assert strict.errors[0].code
    with pytest.raises(type(strict.errors[0])):
        create_draft(actor=library.writer, record=record)
    assert not Resource.objects.exists()
    lenient = admit(actor=library.writer, record=record)
    version = stored(lenient)
    assert version.attachments == []
    assert [flag["code"] for flag in version.flags] == [strict.errors[0].code]
    assert not StoredFile.objects.exists()


@pytest.mark.requirement("P3-06")
def test_every_file_passes_the_virus_scanner(
    library: Library, make_record: MakeRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FindsEicar:
        def scan(self, content: BinaryIO) -> str | None:
            return "EICAR" if b"EICAR" in content.read() else None

    monkeypatch.setattr(antivirus, "_scanners", [])
    antivirus.register_antivirus(FindsEicar())
    infected = make_record(files=(IncomingFile(name="a.txt", content=b"EICAR test"),))
    answer = admit(actor=library.writer, record=infected, defaults=GateDefaults(refuses_bad_files=True))
    assert [error.code for error in answer.errors] == ["file-infected"]
    clean = make_record(files=(IncomingFile(name="a.txt", content=b"clean text"),))
    assert admit(actor=library.writer, record=clean).outcome == "admitted"


def test_knowing_a_digest_is_no_right_to_the_file(library: Library, make_record: MakeRecord) -> None:
    secret = create_draft(
        actor=library.writer, record=make_record(files=(IncomingFile(name="密.csv", content=CSV),))
    )
    digest = StoredFile.objects.get().digest
    body = f'<p><a href="attachment:{digest}">看看</a></p>'
    thief = make_record(owner=library.health, title="套取", body_html=body)
    answer = admit(actor=library.health_writer, record=thief)
    assert [error.code for error in answer.errors] == ["attachment-unknown"]
    kept = make_record(owner=library.health, files=(IncomingFile(name="密.csv", content=digest),))
    strict = GateDefaults(refuses_bad_files=True)
    refused = admit(actor=library.health_writer, record=kept, defaults=strict)
    assert [error.code for error in refused.errors] == ["not-found"]
    assert secret.working_version is not None
    approve_version(actor=library.reviewer, version=secret.working_version)
    assert admit(actor=library.health_writer, record=kept, defaults=strict).outcome != "refused"


def test_a_revision_keeps_its_files(library: Library, make_record: MakeRecord) -> None:
    resource = create_draft(
        actor=library.writer, record=make_record(files=(IncomingFile(name="表.csv", content=CSV),))
    )
    assert resource.working_version is not None
    record = revision_of(resource.working_version)
    revised = revise_resource(
        actor=library.writer, resource=resource, record=make_record(title="改题", files=record.files)
    )
    assert revised.attachments == resource.working_version.attachments
    assert VersionFile.objects.filter(file__digest=revised.attachments[0]["digest"]).count() == 2


def test_an_error_of_a_file_says_what_to_do(library: Library, make_record: MakeRecord) -> None:
    record = make_record(files=(IncomingFile(name="通知.pdf", content=PROGRAM),))
    with pytest.raises(FileDisguised) as refused:
        create_draft(actor=library.writer, record=record)
    assert refused.value.message
