"""Resources found by words in their titles, on SQLite without and on PostgreSQL with the index of pairs."""

from __future__ import annotations

import pytest
from django.db import connection

from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Clock
from rongshu.library.actions.approve_version import approve_version
from rongshu.library.actions.create_draft import create_draft
from rongshu.library.actions.revise_resource import revise_resource
from rongshu.library.models import Resource
from rongshu.library.queries import titles
from rongshu.library.queries.titles import titled, without_texts
from rongshu.library.queries.visibility import visible
from rongshu.library.tests.conftest import Library, MakeRecord

pytestmark = pytest.mark.django_db


def _make(make_record: MakeRecord, library: Library, *names: str) -> list[Resource]:
    return [
        create_draft(actor=Clock(), record=make_record(title=name, body_html=f"<p>{name}。</p>"))
        for name in names
    ]


def _found(library: Library, words: str) -> tuple[set[str], str]:
    rows, remark = titled(visible(viewer_for(library.writer)), words)
    return {one.working_version.title for one in rows if one.working_version}, remark


def test_every_word_must_stand_in_the_title_whatever_its_length(
    library: Library, make_record: MakeRecord
) -> None:
    _make(make_record, library, "关于做好防汛工作的通知", "关于做好春耕工作的通知", "ABC 防汛 100% 演练")
    assert _found(library, "防汛")[0] == {"关于做好防汛工作的通知", "ABC 防汛 100% 演练"}
    assert _found(library, "防汛 工作")[0] == {"关于做好防汛工作的通知"}
    assert _found(library, "耕")[0] == {"关于做好春耕工作的通知"}
    assert _found(library, "abc 100%")[0] == {"ABC 防汛 100% 演练"}
    assert _found(library, "汛防") == (set(), "")


def test_the_title_of_a_draft_over_what_others_may_read_is_not_searched(
    library: Library, make_record: MakeRecord
) -> None:
    (resource,) = _make(make_record, library, "关于做好防汛工作的通知")
    assert resource.working_version is not None
    approve_version(actor=library.reviewer, version=resource.working_version)
    revise_resource(actor=library.writer, resource=resource, record=make_record(title="尚未公开的新题"))
    assert [one.pk for one in titled(Resource.objects.all(), "防汛")[0]] == [resource.pk]
    assert not titled(Resource.objects.all(), "尚未公开")[0].exists()


def test_of_a_common_word_the_newest_are_searched_and_the_person_is_told(
    library: Library, make_record: MakeRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("_MOST_FOUND", "_NEWEST", "_NEWEST_UNINDEXED"):
        monkeypatch.setattr(titles, limit, 2)
    _make(make_record, library, "第一批示范工作", "第二批示范工作", "第三批示范工作")
    found, remark = _found(library, "示范")
    assert found == {"第二批示范工作", "第三批示范工作"}
    assert "请多写几个字" in remark


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has samples of a table")
def test_a_sample_tells_common_words_before_the_index_is_asked(
    library: Library, make_record: MakeRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"_NEWEST": 2, "_COMMON": 2, "_SAMPLED": 100}.items():
        monkeypatch.setattr(titles, name, value)
    _make(make_record, library, "第一批示范工作", "第二批示范工作", "第三批示范工作")
    assert "请多写几个字" in _found(library, "示范 工作")[1]
    assert _found(library, "第一批 示范") == ({"第一批示范工作"}, "")


def test_a_list_reads_titles_without_texts(library: Library, make_record: MakeRecord) -> None:
    _make(make_record, library, "关于做好防汛工作的通知")
    rows = without_texts(Resource.objects.select_related("working_version"), "working_version")
    version = rows.get().working_version
    assert version is not None
    assert {"body", "elements"} <= version.get_deferred_fields()
