"""系统退出: everything is handed over in open formats and can be checked; then nothing is left."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from rongshu.project.testing.installations import ScratchInstallation, ready_installation

pytestmark = pytest.mark.requirement("P3-10")

FILL = """
import django, io; django.setup()
from pathlib import Path
from django.conf import settings

from rongshu.accounts.queries import recorded_operator
from rongshu.accounts.models import Account
from rongshu.foundation import storage
storage.put(io.BytesIO("示范附件".encode()))
person = recorded_operator()
account = Account(person=person, realm="staff", login_name="operator")
account.set_password("not-exported")
account.save()
page = Path(settings.PUBLISHED_FOLDER) / "portal" / "index.html"
page.parent.mkdir(parents=True); page.write_text("首页")
"""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[ScratchInstallation]:
    with ready_installation(tmp_path / "data") as made:
        made.python("-c", FILL)
        yield made


def test_everything_is_handed_over_and_then_erased(place: ScratchInstallation, tmp_path: Path) -> None:
    folder, certificate = tmp_path / "export", tmp_path / "certificate.json"
    place.run("export-all", str(folder))
    checked = subprocess.run(
        ["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=folder, capture_output=True, check=False
    )
    assert checked.returncode == 0
    persons = (folder / "tables" / "rongshu_accounts.person.jsonl").read_text().splitlines()
    assert [json.loads(line)["fields"]["handle"] for line in persons] == ["operator"]
    assert "argon2" not in (folder / "tables" / "rongshu_accounts.account.jsonl").read_text()
    assert (folder / "www" / "portal" / "index.html").read_text() == "首页"
    assert [file.read_text() for file in (folder / "files").rglob("*") if file.is_file()] == ["示范附件"]
    assert "示范平台" in (folder / "README.txt").read_text()

    refused = place.run("erase", "--confirm", "别的平台", check=False)
    assert refused.returncode == 2
    assert "name-differs" in refused.stderr
    assert (place.folder / "www" / "portal" / "index.html").exists()

    place.run("erase", "--confirm", "示范平台", "--certificate", str(certificate))
    proof = json.loads(certificate.read_text())
    assert proof["rows"]["rongshu_accounts.person"] == 1
    assert proof["files"] >= 2
    left = [file for file in place.folder.rglob("*") if file.is_file() and file.parent.name != "log"]
    assert left == []
    assert "rongshu setup" in place.run("serve", check=False).stderr


def test_a_folder_with_something_in_it_is_not_written_to(place: ScratchInstallation, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "diary.txt").write_text("mine")
    refused = place.run("export-all", str(tmp_path / "mine"), check=False)
    assert refused.returncode == 2
    assert [file.name for file in (tmp_path / "mine").iterdir()] == ["diary.txt"]
