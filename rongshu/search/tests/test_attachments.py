"""What attachments say is found under their document; what is purged is forgotten."""

from __future__ import annotations

import io

import docx
import pytest

from rongshu.library.actions.purge_version import purge_version
from rongshu.library.gate.records import IncomingFile
from rongshu.library.tests.test_old_word import old_word
from rongshu.publishing.tests.world import World
from rongshu.search.actions.index_pending import index_pending
from rongshu.search.indexing.attachments import forget_erased, read_next
from rongshu.search.models import ReadAttachment
from rongshu.search.queries.searching import Reader, SearchQuery, search


def _word(text: str) -> bytes:
    document, made = docx.Document(), io.BytesIO()
    document.add_paragraph(text)
    document.save(made)
    return made.getvalue()


@pytest.fixture
def attached(world: World) -> World:
    """An article with a Word file, and a damaged PDF beside it."""
    files = (
        IncomingFile(name="申请表.docx", content=_word("申请人须填写甲骨文编号与玄武岩样本。")),
        IncomingFile(name="损坏.pdf", content=b"%PDF-1.4\n" + b"damaged" * 50),
    )
    world.article(world.news, title="关于样本登记的材料", files=files)
    return world


def test_the_words_of_an_attachment_lead_to_its_document(attached: World) -> None:
    index_pending()
    assert search(Reader(), SearchQuery(text="玄武岩")).total == 0
    assert read_next()
    assert not read_next()
    index_pending()
    hit = search(Reader(), SearchQuery(text="玄武岩")).hits[0]
    assert "样本登记" in str(hit.source["title"])
    by_name = {one.name: one for one in hit.attachments}
    assert "<mark>" in by_name["申请表.docx"].snippet_html
    assert by_name["损坏.pdf"].snippet_html == ""
    assert sorted(ReadAttachment.objects.values_list("state", flat=True)) == ["read", "unreadable"]


def test_attachments_of_older_programs_are_found_too(world: World) -> None:
    files = (
        IncomingFile(name="说明.doc", content=old_word("蓝田玉的申领说明")),
        IncomingFile(name="附表.rtf", content=rb"{\rtf1\ansi\ansicpg936 \u33521?\u30707?\u30719?}"),
    )
    world.article(world.news, title="关于样本登记的材料", files=files)
    assert read_next()
    index_pending()
    for said in ("蓝田玉", "英石矿"):
        assert "样本登记" in search(Reader(), SearchQuery(text=said)).hits[0].title_html, said


def test_what_a_purged_file_said_is_forgotten(attached: World) -> None:
    read_next()
    assert ReadAttachment.objects.filter(text__contains="玄武岩").exists()
    resource = attached.library.education.resources.get()
    version = resource.versions.get()
    purge_version(
        actor=attached.operator,
        confirmed_by=attached.library.reviewer,
        version=version,
        reason="含不应公开的内容",
    )
    index_pending()
    forget_erased()
    assert not ReadAttachment.objects.filter(text__contains="玄武岩").exists()
    assert search(Reader(), SearchQuery(text="玄武岩")).total == 0
