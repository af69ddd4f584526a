"""The overview's counters agree with what is there, however it came, went or was called."""

from __future__ import annotations

import pytest

from rongshu.accounts.queries import viewer_for
from rongshu.library.actions.admit_many import admit_many
from rongshu.library.actions.batches import open_batch
from rongshu.library.actions.counting import count_calls
from rongshu.library.actions.create_draft import create_draft
from rongshu.library.actions.recycle_resource import (
    clear_recycle_bin,
    recycle_resource,
    restore_whole_bin,
)
from rongshu.library.load_records import load_records
from rongshu.library.models import Resource, ResourceCalls
from rongshu.library.queries.overview import overview
from rongshu.library.queries.visibility import recycled
from rongshu.library.tests.conftest import Library, MakeRecord


@pytest.mark.requirement("P2-15")
def test_the_overview_counts_what_came_and_what_was_called(library: Library, make_record: MakeRecord) -> None:
    batch = open_batch(actor=library.operator, kind="intake", source="示范")
    owners = [library.education, library.health]
    list(admit_many(actor=library.operator, records=load_records(owners, start=0, stop=6), batch=batch))
    first = create_draft(actor=library.writer, record=make_record())
    others = list(Resource.objects.exclude(pk=first.pk).order_by("pk"))
    count_calls([first.pk, first.pk, others[0].pk])
    count_calls([first.pk])
    seen = overview(viewer_for(library.operator))
    assert (seen.total, seen.stored_today, seen.calls, seen.calls_today) == (7, 7, 4, 4)
    assert seen.types == (("文章", 7),) or seen.types[0][1] == 7
    assert [(one.resource_id, one.calls) for one in seen.ranking] == [(first.pk, 3), (others[0].pk, 1)]
    assert len(seen.trend) == 30
    assert seen.trend[-1].stored == 7


@pytest.mark.requirement("P2-15")
def test_another_unit_sees_its_own_figures_only(library: Library, make_record: MakeRecord) -> None:
    resource = create_draft(actor=library.writer, record=make_record())
    count_calls([resource.pk])
    foreign = overview(viewer_for(library.health_writer))
    assert (foreign.total, foreign.calls, foreign.types, foreign.ranking) == (0, 0, (), ())
    assert overview(viewer_for(library.writer)).total == 1


def test_a_call_of_what_is_gone_is_not_counted(library: Library) -> None:
    count_calls([library.education.pk])
    assert not ResourceCalls.objects.exists()
    assert overview(viewer_for(library.operator)).calls == 0


@pytest.mark.requirement("P2-14")
def test_the_bin_is_restored_whole_or_cleared(library: Library, make_record: MakeRecord) -> None:
    drafts = [
        create_draft(
            actor=library.writer, record=make_record(title=f"示范通知{place}", body_html=f"<p>{place}</p>")
        )
        for place in range(3)
    ]
    for draft in drafts:
        recycle_resource(actor=library.writer, resource=draft)
    assert restore_whole_bin(actor=library.health_writer) == 0, "another unit's bin is another bin"
    assert recycled(viewer_for(library.writer)).count() == 3
    assert restore_whole_bin(actor=library.writer) == 3
    assert not recycled(viewer_for(library.writer)).exists()
    recycle_resource(actor=library.writer, resource=drafts[0])
    assert clear_recycle_bin(actor=library.health_writer) == 0
    assert clear_recycle_bin(actor=library.writer) == 1
    assert Resource.objects.count() == 2
    assert overview(viewer_for(library.writer)).total == 2
