"""Pages read in other processes, which have neither models nor a database."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rongshu.intake import reading
from rongshu.intake.crawling import SavedPage, write_saved
from rongshu.intake.extraction import PageUnreadable, TemplateRules
from rongshu.intake.reading import Readers
from rongshu.intake.reading_again import read_again
from rongshu.intake.tests.old_site import article, text


def test_pages_are_read_again_in_another_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_READ_HERE", 0)
    path = tmp_path / "page.gz"
    page = article("关于一项示范工作的通知", text("a")).encode()
    write_saved(path, [SavedPage("http://old.example/a.html", None, page)])
    with Readers(processes=1) as readers:
        again = readers.submit(read_again, path, TemplateRules()).result()
    assert again is not None
    assert again == read_again(path, TemplateRules())


def test_a_page_that_ends_its_process_is_refused_and_the_others_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "_READ_HERE", 0)
    with Readers(processes=1) as readers:
        ending, other = readers.submit(os._exit, 9), readers.submit(len, "abc")
        assert isinstance(ending.exception(), PageUnreadable)
        assert other.result() == 3
        assert readers.submit(len, "abcd").result() == 4
