"""Writing: drafts that are kept, locks that are taken over, versions that are saved through the gate."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Clock
from rongshu.foundation.errors import NotAllowed, NotFound
from rongshu.library.models import Resource, ResourceVersion
from rongshu.newsroom.actions.begin_draft import begin_draft, duplicate_piece, open_draft, restart_draft
from rongshu.newsroom.actions.edit_lock import hold_lock, release_lock, take_over_lock
from rongshu.newsroom.actions.keep_draft import keep_draft
from rongshu.newsroom.actions.piece_templates import keep_as_template
from rongshu.newsroom.actions.save_draft import save_draft
from rongshu.newsroom.editing_errors import (
    DraftKeptElsewhere,
    DraftTooLarge,
    PieceChangedMeanwhile,
    PieceLocked,
    TemplateNameTaken,
)
from rongshu.newsroom.models.drafting import Draft, EditLock
from rongshu.newsroom.queries.drafting import (
    beginnings,
    get_beginning,
    get_draft_for,
    unsaved_drafts,
)
from rongshu.newsroom.tests.conftest import Newsroom

VALUES = {
    "Title": "关于做好春季开学工作的通知",
    "Description": "部署春季开学工作。",
    "ContentSource": "示范省教育厅",
    "ThemeCat": "11",
    "FormCat": "text",
    "Lang": "zh-Hans",
    "OpenType": "proactive",
    "ShareType": "unconditional",
}


def begun(newsroom: Newsroom) -> Draft:
    return begin_draft(actor=newsroom.writer, owner=newsroom.library.education, type_code="article")


def kept(newsroom: Newsroom, draft: Draft, **changes: Any) -> Draft:
    given = {
        "values": VALUES,
        "body": "<p>各校要做好准备。</p>",
        "revision": draft.revision,
        "writer": "page",
    }
    return keep_draft(actor=newsroom.writer, draft=draft, **{**given, **changes})


def test_kept_draft_is_no_version_until_saved(newsroom: Newsroom) -> None:
    draft = kept(newsroom, begun(newsroom), values={"Title": "只有标题"})
    assert draft.title == "只有标题"
    assert not ResourceVersion.objects.exists()
    draft = kept(newsroom, draft)
    resource = save_draft(actor=newsroom.writer, draft=draft, writer="page")
    assert resource.working_version is not None
    assert resource.working_version.title == VALUES["Title"]
    assert resource.status == Resource.Status.DRAFT
    assert not unsaved_drafts(viewer_for(newsroom.writer)).exists()


def test_another_window_does_not_overwrite(newsroom: Newsroom) -> None:
    draft = begun(newsroom)
    first = kept(newsroom, draft, writer="one")
    with pytest.raises(DraftKeptElsewhere):
        kept(newsroom, draft, writer="two", body="<p>另一个窗口。</p>", revision=0)
    draft.refresh_from_db()
    assert draft.body == first.body
    # The page that kept last may go on, also with an older number: requests overtake one another.
    again = kept(newsroom, draft, writer="one", revision=0, body="<p>继续写。</p>")
    assert again.body == "<p>继续写。</p>"


def test_body_beyond_the_limit_leaves_the_kept_one(newsroom: Newsroom) -> None:
    draft = kept(newsroom, begun(newsroom))
    with pytest.raises(DraftTooLarge):
        kept(newsroom, draft, body="长" * (8 * 1024 * 1024 + 1))
    draft.refresh_from_db()
    assert draft.body == "<p>各校要做好准备。</p>"


def test_foreign_draft_is_absent(newsroom: Newsroom) -> None:
    draft = kept(newsroom, begun(newsroom))
    for person in (newsroom.library.health_writer, newsroom.all_roles, newsroom.library.operator):
        with pytest.raises(NotFound):
            get_draft_for(viewer_for(person), draft.pk)
        with pytest.raises(Draft.DoesNotExist):
            keep_draft(actor=person, draft=draft, values={}, body="", revision=draft.revision, writer="x")
    draft.refresh_from_db()
    assert draft.body == "<p>各校要做好准备。</p>"


def test_nobody_begins_for_a_unit_he_does_not_write_for(newsroom: Newsroom) -> None:
    with pytest.raises(NotAllowed):
        begin_draft(
            actor=newsroom.library.health_writer, owner=newsroom.library.education, type_code="article"
        )
    assert not Draft.objects.exists()


def test_lock_is_taken_over_and_nothing_is_lost(newsroom: Newsroom) -> None:
    resource = newsroom.draft()
    one = open_draft(actor=newsroom.writer, resource=resource)
    other = open_draft(actor=newsroom.all_roles, resource=resource)
    assert hold_lock(actor=newsroom.writer, resource=resource, writer="one").is_mine
    state = hold_lock(actor=newsroom.all_roles, resource=resource, writer="two")
    assert state.is_foreign
    assert state.holder == newsroom.writer
    keep_draft(
        actor=newsroom.all_roles, draft=other, values={**other.values, "Title": "另一人的标题"},
        body=other.body, revision=other.revision, writer="two",
    )  # fmt: skip
    with pytest.raises(PieceLocked, match="示范w1"):
        save_draft(actor=newsroom.all_roles, draft=other, writer="two")
    assert resource.versions.count() == 1
    assert take_over_lock(actor=newsroom.all_roles, resource=resource, writer="two").is_mine
    assert hold_lock(actor=newsroom.writer, resource=resource, writer="one").is_foreign
    saved = save_draft(actor=newsroom.all_roles, draft=other, writer="two")
    assert saved.working_version is not None
    assert saved.working_version.title == "另一人的标题"
    release_lock(actor=newsroom.all_roles, resource=resource, writer="two")
    # The former holder's words are still his; saving them over the newer version is his decision.
    keep_draft(
        actor=newsroom.writer, draft=one, values={**one.values, "Title": "原来的人的标题"},
        body=one.body, revision=one.revision, writer="one",
    )  # fmt: skip
    with pytest.raises(PieceChangedMeanwhile):
        save_draft(actor=newsroom.writer, draft=one, writer="one")
    assert resource.versions.count() == 2
    saved = save_draft(actor=newsroom.writer, draft=one, writer="one", over_newer=True)
    assert [each.title for each in saved.versions.order_by("number")][1:] == [
        "另一人的标题",
        "原来的人的标题",
    ]


def test_lapsed_lock_is_free(newsroom: Newsroom) -> None:
    resource = newsroom.draft()
    hold_lock(actor=newsroom.writer, resource=resource, writer="one")
    EditLock.objects.update(beat_at=timezone.now() - timedelta(minutes=5))
    assert hold_lock(actor=newsroom.all_roles, resource=resource, writer="two").is_mine


def test_clean_draft_follows_the_newest_version(newsroom: Newsroom) -> None:
    resource = newsroom.draft()
    open_draft(actor=newsroom.writer, resource=resource)
    newsroom.revise(resource, actor=newsroom.all_roles, title="新版本的标题")
    assert open_draft(actor=newsroom.writer, resource=resource).title == "新版本的标题"


def test_unsaved_words_stay_until_thrown_away(newsroom: Newsroom) -> None:
    resource = newsroom.draft()
    draft = open_draft(actor=newsroom.writer, resource=resource)
    kept(newsroom, draft, values={**draft.values, "Title": "没有保存的标题"})
    newsroom.revise(resource, actor=newsroom.all_roles, title="新版本的标题")
    assert open_draft(actor=newsroom.writer, resource=resource).title == "没有保存的标题"
    assert restart_draft(actor=newsroom.writer, draft=draft).title == "新版本的标题"


def test_saving_twice_makes_one_version(newsroom: Newsroom) -> None:
    draft = kept(newsroom, begun(newsroom))
    resource = save_draft(actor=newsroom.writer, draft=draft, writer="page")
    draft.refresh_from_db()
    save_draft(actor=newsroom.writer, draft=draft, writer="page")
    assert resource.versions.count() == 1


def test_duplicate_brings_no_approval_along(newsroom: Newsroom) -> None:
    resource = newsroom.draft()
    assert resource.working_version is not None
    draft = duplicate_piece(
        actor=newsroom.writer, version=resource.working_version, owner=newsroom.library.education
    )
    assert "PubDate" not in draft.values
    copy = save_draft(actor=newsroom.writer, draft=draft, writer="page")
    assert copy.pk != resource.pk
    assert copy.status == Resource.Status.DRAFT
    assert copy.effective_version_id is None
    assert copy.index_number is None


def test_foreign_version_is_not_duplicated(newsroom: Newsroom) -> None:
    resource = newsroom.draft()
    assert resource.working_version is not None
    with pytest.raises(NotFound):
        duplicate_piece(
            actor=newsroom.library.health_writer,
            version=resource.working_version,
            owner=newsroom.library.health,
        )
    assert not Draft.objects.exists()


def test_templates_are_data_of_the_unit(newsroom: Newsroom) -> None:
    draft = kept(newsroom, begun(newsroom))
    keep_as_template(actor=newsroom.writer, draft=draft, name="开学通知")
    with pytest.raises(TemplateNameTaken):
        keep_as_template(actor=newsroom.writer, draft=draft, name="开学通知")
    own = beginnings(viewer_for(newsroom.writer))
    assert "开学通知" in [one.name for one in own]
    assert "通知" in [one.name for one in own]
    assert "开学通知" not in [one.name for one in beginnings(viewer_for(newsroom.library.health_writer))]
    begun_from = begin_draft(
        actor=newsroom.writer, owner=newsroom.library.education, type_code="",
        beginning=get_beginning(viewer_for(newsroom.writer), "notice"),
    )  # fmt: skip
    assert "现就有关事项通知如下" in begun_from.body


def test_who_loses_the_role_loses_the_draft(newsroom: Newsroom) -> None:
    draft = kept(newsroom, begun(newsroom))
    newsroom.writer.grants.update(revoked_at=timezone.now())
    with pytest.raises(NotFound):
        get_draft_for(viewer_for(newsroom.writer), draft.pk)
    grant_role(
        actor=Clock(), person=newsroom.writer, role="editor", scope="organization",
        scope_id=newsroom.library.education.pk,
    )  # fmt: skip
    assert get_draft_for(viewer_for(newsroom.writer), draft.pk) == draft
