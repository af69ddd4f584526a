"""The staff's search finds what is being written, for those who may see it."""

from __future__ import annotations

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.queries import viewer_for
from rongshu.accounts.viewers import PUBLIC as PUBLIC_VIEWER
from rongshu.library.actions.revise_resource import revise_resource
from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.credit_code import demonstration_credit_code
from rongshu.organizations.models import Region
from rongshu.publishing.tests.world import CLOCK, World
from rongshu.search.actions.index_pending import index_pending
from rongshu.search.engines.choosing import STAFF
from rongshu.search.indexing.verifying import find_drift
from rongshu.search.queries.searching import Reader, SearchQuery, search
from rongshu.search.queries.working import search_working


def test_a_draft_is_found_by_its_unit_and_by_nobody_else(world: World) -> None:
    draft = world.draft(title="关于玄武岩样本的草稿")
    index_pending()
    own = search_working(viewer_for(world.library.writer), "玄武岩")
    assert [hit.resource_id for hit in own] == [draft.pk]
    assert "<mark>" in own[0].title_html
    region = Region.objects.get(code="990000")
    code = demonstration_credit_code("990000", 9)
    other = create_organization(
        actor=CLOCK, name="示范省水利厅", credit_code=code, level="province", region=region
    )
    stranger = register_person(actor=CLOCK, name="示范人员乙", handle="stranger", organization=other)
    grant_role(actor=CLOCK, person=stranger, role="editor", scope="unit", scope_id=other.id)
    assert search_working(viewer_for(stranger), "玄武岩") == []
    assert search_working(PUBLIC_VIEWER, "玄武岩") == []
    assert search(Reader(), SearchQuery(text="玄武岩")).total == 0


def test_what_became_effective_leaves_the_drafts_and_a_new_version_returns(world: World) -> None:
    viewer = viewer_for(world.library.writer)
    resource = world.draft(title="关于玄武岩样本的草稿")
    index_pending()
    world.approve(resource)
    index_pending()
    assert search_working(viewer, "玄武岩") == []
    resource.refresh_from_db()
    record = world.record(title="关于花岗岩样本的修改稿", given_published_at=resource.published_at)
    revise_resource(actor=world.library.writer, resource=resource, record=record)
    index_pending()
    assert [hit.resource_id for hit in search_working(viewer, "花岗岩")] == [resource.pk]
    assert find_drift(STAFF).is_none
