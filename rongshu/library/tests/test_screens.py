"""The library's screens: who sees what, what is done by hand, and what is refused."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.library.actions.approve_version import approve_version
from rongshu.library.actions.create_draft import create_draft
from rongshu.library.actions.recycle_resource import recycle_resource
from rongshu.library.actions.revise_resource import revise_resource
from rongshu.library.models import Category, CategoryScheme, Classification, ClassificationEntry, Resource
from rongshu.library.tests.conftest import Library, MakeRecord

URLCONF = "rongshu.project.urls_console"


def at(name: str, *arguments: object) -> str:
    return reverse(name, urlconf=URLCONF, args=list(arguments))


@pytest.fixture
def writer(library: Library) -> ConsoleClient:
    return sign_in(None, library.writer)


@pytest.fixture
def stranger(library: Library) -> ConsoleClient:
    return sign_in(None, library.health_writer)


@pytest.fixture
def draft(library: Library, make_record: MakeRecord) -> Resource:
    return create_draft(actor=library.writer, record=make_record())


def test_the_list_shows_ones_own_drafts_only(
    writer: ConsoleClient, stranger: ConsoleClient, draft: Resource
) -> None:
    assert "校舍安全管理" in writer.get(at("library-resources")).content.decode()
    answer = stranger.get(at("library-resources"))
    assert answer.status_code == 200
    assert "校舍安全管理" not in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["status=draft", "q=校舍", "theme=11", "published_from=2020-01-01", "sort=created"]
)
def test_the_list_is_narrowed(writer: ConsoleClient, draft: Resource, query: str) -> None:
    assert writer.get(f"{at('library-resources')}?{query}").status_code == 200


def test_a_resource_shows_its_elements_versions_and_uses(
    library: Library, writer: ConsoleClient, draft: Resource, make_record: MakeRecord
) -> None:
    page = writer.get(at("library-resource", draft.pk)).content.decode()
    for expected in ("部署全省中小学校舍安全排查。", "第 1 版", "示范省教育厅", "还没有地方使用"):
        assert expected in page


def test_a_foreign_draft_is_as_absent_as_no_resource(stranger: ConsoleClient, draft: Resource) -> None:
    assert stranger.get(at("library-resource", draft.pk)).status_code == 404
    assert stranger.get(at("library-resource", uuid4())).status_code == 404


def test_two_versions_stand_side_by_side(
    library: Library, writer: ConsoleClient, draft: Resource, stranger: ConsoleClient, make_record: MakeRecord
) -> None:
    first = draft.working_version
    assert first is not None
    changed = make_record(title="关于加强学校校舍安全管理的通知", body_html="<p>改过的示范正文。</p>")
    second = revise_resource(actor=library.writer, resource=draft, record=changed)
    address = f"{at('library-compare', draft.pk)}?before={first.pk}&after={second.pk}"
    page = writer.get(address).content.decode()
    assert "<ins>改过的示范正文。</ins>" in page
    assert "关于加强学校校舍安全管理的通知" in page
    assert stranger.get(address).status_code == 404
    assert writer.get(f"{at('library-compare', draft.pk)}?before=x&after={second.pk}").status_code == 404


@pytest.mark.requirement("P2-10")
def test_a_person_overrides_what_rules_found(
    library: Library, writer: ConsoleClient, stranger: ConsoleClient, make_record: MakeRecord
) -> None:
    resource = create_draft(actor=library.writer, record=make_record())
    given = Classification.objects.get(resource=resource, category__scheme="theme")
    answer = stranger.post(at("library-declassify", resource.pk), {"category": str(given.category_id)})
    assert answer.status_code == 404
    assert Classification.objects.filter(pk=given.pk).exists()
    writer.post(at("library-declassify", resource.pk), {"category": str(given.category_id)})
    assert not Classification.objects.filter(pk=given.pk).exists()
    writer.post(at("library-classify", resource.pk), {"scheme": "theme", "code": "13"})
    assert Category.objects.get(classifications__resource=resource, scheme="theme").code == "13"
    log = ClassificationEntry.objects.filter(resource=resource, rule="by-hand")
    assert [entry.is_removal for entry in log.order_by("pk")] == [True, False]
    assert "分类记录" in writer.get(at("library-resource", resource.pk)).content.decode()
    writer.post(at("library-classify", resource.pk), {"scheme": "theme", "code": "没有"})
    assert log.count() == 2


@pytest.mark.requirement("P2-14")
def test_the_bin_from_the_console(
    library: Library, writer: ConsoleClient, stranger: ConsoleClient, draft: Resource
) -> None:
    recycle_resource(actor=library.writer, resource=draft)
    assert "校舍安全管理" in writer.get(at("library-bin")).content.decode()
    assert "校舍安全管理" not in stranger.get(at("library-bin")).content.decode()
    assert stranger.post(at("library-bin-restore"), {"ids": [str(draft.pk)]}).status_code == 404
    assert "从未生效的内容将永久删除" in writer.post(at("library-bin-clear")).content.decode()
    assert Resource.objects.filter(pk=draft.pk, recycled_at__isnull=False).exists()
    writer.post(at("library-bin-restore"), {"ids": [str(draft.pk)]})
    assert Resource.objects.filter(pk=draft.pk, recycled_at__isnull=True).exists()
    writer.post(at("library-recycle"), {"ids": [str(draft.pk)], "confirmed": "yes"})
    writer.post(at("library-bin-clear"), {"confirmed": "yes"})
    assert not Resource.objects.filter(pk=draft.pk).exists()


def test_what_is_effective_does_not_go_into_the_bin(
    library: Library, writer: ConsoleClient, draft: Resource
) -> None:
    assert draft.working_version is not None
    approve_version(actor=library.reviewer, version=draft.working_version)
    writer.post(at("library-recycle"), {"ids": [str(draft.pk)], "confirmed": "yes"})
    assert Resource.objects.filter(pk=draft.pk, recycled_at__isnull=True).exists()


@pytest.mark.requirement("P2-15")
def test_the_overview_shows_what_is_ones_own(
    writer: ConsoleClient, stranger: ConsoleClient, draft: Resource
) -> None:
    assert "1 条" in writer.get(at("library-overview")).content.decode()
    assert "还没有资源" in stranger.get(at("library-overview")).content.decode()


def test_the_schemes_are_offered(writer: ConsoleClient, draft: Resource) -> None:
    page = writer.get(at("library-resource", draft.pk)).content.decode()
    assert all(scheme.name in page for scheme in CategoryScheme.objects.all())
