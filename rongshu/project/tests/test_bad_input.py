"""What arrives badly: told in one Chinese sentence, nothing lost, nothing half-done.

Beside these: a large paste, a lost session and two editors in newsroom/tests/test_writing_in_browser.py; an
upload beyond the limit in newsroom/tests/test_editing_pages.py; patterns in dictionaries, which are literal
words, in inspection/tests/test_checking.py.
"""

from __future__ import annotations

import datetime
import subprocess
import sys

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.testing import sign_in
from rongshu.foundation.audit import Clock
from rongshu.inspection.actions.dictionaries import define_dictionary, import_words
from rongshu.inspection.checking import inspect_text
from rongshu.inspection.queries import lexicon_for
from rongshu.library.actions.recycle_resource import recycle_resource
from rongshu.library.tests.test_file_sniffing import zipped
from rongshu.newsroom.actions.begin_draft import begin_draft
from rongshu.newsroom.models import ReviewAct
from rongshu.newsroom.models.drafting import DraftFile
from rongshu.newsroom.tests.conftest import Newsroom, library, make_record, newsroom

__all__ = ["library", "make_record", "newsroom"]
CASE = "/newsroom/reviews/{}"


def test_a_word_file_with_macros_is_named_for_what_it_is(newsroom: Newsroom) -> None:
    draft = begin_draft(actor=newsroom.writer, owner=newsroom.library.education, type_code="article")
    entries = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>", "word/vbaProject.bin": "x"}
    file = SimpleUploadedFile("通知.docx", zipped(entries))
    client = sign_in(None, newsroom.writer)
    answer = client.post(
        f"/newsroom/drafts/{draft.pk}/files",
        {"file": file, "role": "attachment"},
        headers={"accept": "application/json"},
    )
    assert answer.status_code < 300, answer.content.decode()
    assert "它含有宏" in str(answer.json())
    assert DraftFile.objects.get().name == "通知.docm"


def test_a_piece_deleted_during_its_review(newsroom: Newsroom) -> None:
    review = newsroom.submit()
    client = sign_in(None, newsroom.first)
    assert client.get(CASE.format(review.pk)).status_code == 200
    recycle_resource(actor=newsroom.writer, resource=review.resource)
    posted = {"decision": "pass", "comment": "写了很久的意见"}
    answer = client.post(CASE.format(review.pk) + "/decide", posted)
    assert answer.status_code in {404, 409, 410, 422}
    assert "稿件" in answer.content.decode()
    assert not ReviewAct.objects.filter(kind="pass").exists()


def test_a_schedule_that_is_past(newsroom: Newsroom) -> None:
    review = newsroom.pass_all(newsroom.submit())
    client = sign_in(None, newsroom.publisher)
    posted = {"decision": "later", "at": "2020-01-01T08:00", "comment": "节后发布"}
    answer = client.post(CASE.format(review.pk) + "/publish", posted)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "没有办理成功" in page
    assert "晚于现在" in page or "已经过去" in page
    assert "节后发布" in page
    review.refresh_from_db()
    assert (review.state, review.publish_at) == ("passed", None)


@pytest.mark.slow
def test_a_dictionary_of_a_million_words(newsroom: Newsroom) -> None:
    keeper, unit = newsroom.all_roles, newsroom.library.education
    grant_role(
        actor=Clock(), person=keeper, role="organization-administrator", scope="organization",
        scope_id=unit.pk,
    )  # fmt: skip
    dictionary = define_dictionary(
        actor=keeper, code="million", name="百万词库", kind="terms", organization_id=unit.pk
    )
    words = "word,suggestion\n" + "\n".join(f"示范禁词{number:07d}号,改" for number in range(1_000_000))
    version, report = import_words(
        actor=keeper, dictionary_id=dictionary.pk, content=words.encode(), file_name="百万.csv",
        source="示范文件", dated_on=datetime.date(2026, 6, 1),
    )  # fmt: skip
    assert version.word_count == 1_000_000, report
    found = inspect_text("其中有示范禁词0777777号，也有示范禁词。", lexicon_for(unit.pk))
    assert [one.text for one in found if one.class_ == "E4"] == ["示范禁词0777777号"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["intake", "run", "--sites", "x"], "没有这样的参数：--sites"),
        (["intake", "take"], "不能是 'take'，可选：'run'"),
        (["intake", "switch"], "缺少必填的参数：RUN"),
        (["drill", "anhui", "--nodes", "many"], "--nodes：不能是 'many'"),
        (["publsh"], "没有“publsh”这个命令"),
    ],
)
def test_a_command_line_that_is_wrong(typed: list[str], told: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "rongshu.project.cli", *typed], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert told in ended.stderr
    assert "error" not in ended.stderr
