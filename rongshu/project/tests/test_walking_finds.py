"""The tenancy walk can fail: addresses with a planted fault each, and what it says of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import clear_url_caches, path
from django.views.decorators.csrf import csrf_exempt

from rongshu.accounts.testing import ConsoleClient
from rongshu.console.models import SavedFilter
from rongshu.foundation.models import Installation
from rongshu.library.models import Resource, ResourceVersion
from rongshu.newsroom.models import PieceTemplate
from rongshu.project import urls_console
from rongshu.project.walking.addresses import addresses
from rongshu.project.walking.findings import Findings
from rongshu.project.walking.harvest import Harvest
from rongshu.project.walking.tables import Tables
from rongshu.project.walking.walker import Walker
from rongshu.project.walking.world import World

View = Callable[..., HttpResponse]
Walk = Callable[[str, View], Findings]


@pytest.fixture
def walk(
    console_client: ConsoleClient, settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Walk]:
    """Return how to walk over one planted address."""
    settings.DEMONSTRATION = True
    settings.STORE_FOLDER = tmp_path / "store"
    logging.disable(logging.ERROR)
    world = World()
    tenant, _ = world.add(), world.add()

    def planted(route: str, view: View) -> Findings:
        added = [*urls_console.urlpatterns, path(route, view, name="planted")]
        monkeypatch.setattr(urls_console, "urlpatterns", added)
        clear_url_caches()
        walker = Walker(world, Tables(), Harvest(tenant), tenant, tenant.editor)
        return walker.walk([one for one in addresses() if one.name == "planted"])

    yield planted
    logging.disable(logging.NOTSET)
    monkeypatch.undo()
    clear_url_caches()


def test_a_long_walk_takes_up_what_it_found_before(tmp_path: Path) -> None:
    found = Findings(requests=2, names={"b", "a"}, leaks=["x"], walked=["editor 1"])
    found.done["a"] += 3
    found.save(tmp_path / "findings.json")
    assert Findings.load(tmp_path / "findings.json") == found


def test_a_page_without_fault_is_not_suspected(walk: Walk) -> None:
    found = walk("planted/<uuid:resource_id>", _absent)
    assert (found.leaks, found.changes) == ([], [])
    assert found.requests > 10


def _absent(request: HttpRequest, resource_id: UUID) -> HttpResponse:
    raise Http404


def test_a_page_that_shows_another_s_record_is_found(walk: Walk) -> None:
    found = walk("planted/<uuid:resource_id>", _show_any)
    assert any("zq0002x" in one for one in found.leaks)
    assert not found.changes


def _show_any(request: HttpRequest, resource_id: UUID) -> HttpResponse:
    version = ResourceVersion.objects.filter(resource_id=resource_id).first()
    if version is None:
        raise Http404
    return HttpResponse(version.title)


def test_a_page_that_tells_foreign_from_absent_is_found(walk: Walk) -> None:
    found = walk("planted/<uuid:resource_id>", _tell_apart)
    assert any("403, absent 404" in one for one in found.leaks)


def _tell_apart(request: HttpRequest, resource_id: UUID) -> HttpResponse:
    if Resource.objects.filter(pk=resource_id).exists():
        raise PermissionDenied
    raise Http404


def test_a_list_of_everybody_s_records_is_found(walk: Walk) -> None:
    found = walk("planted", _list_all)
    assert any("zq0002x" in one for one in found.leaks)


def _list_all(request: HttpRequest) -> HttpResponse:
    return HttpResponse(", ".join(ResourceVersion.objects.values_list("title", flat=True)))


def test_a_search_that_counts_everybody_s_records_is_found(walk: Walk) -> None:
    found = walk("planted", _count_found)
    assert any("no stranger" in one for one in found.leaks)


def _count_found(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "-")
    return HttpResponse(f"共 {ResourceVersion.objects.filter(title__contains=words).count()} 条")


def test_a_post_that_changes_another_s_record_is_found(walk: Walk) -> None:
    found = walk("planted/<uuid:filter_id>", _rename_filter)
    assert any("rongshu_console_savedfilter" in one and "changed" in one for one in found.changes)


def _rename_filter(request: HttpRequest, filter_id: UUID) -> HttpResponse:
    if request.method == "POST":
        SavedFilter.objects.filter(pk=filter_id).update(name="改了")
    raise Http404


def test_a_form_that_takes_another_s_record_is_found(walk: Walk) -> None:
    found = walk("planted", _remove_templates)
    assert any("rongshu_newsroom_piecetemplate" in one and "removed" in one for one in found.changes)


def _remove_templates(request: HttpRequest) -> HttpResponse:
    PieceTemplate.objects.filter(owner_id=_owner_of(request.POST.get("target"))).delete()
    return HttpResponse("好")


def _owner_of(resource_id: str | None) -> Any:
    return (
        Resource.objects.filter(pk=resource_id).values_list("owner_id", flat=True).first()
        if resource_id
        else None
    )


def test_a_row_about_another_s_record_is_found(walk: Walk) -> None:
    found = walk("planted", _note_target)
    assert any("rongshu_console_savedfilter" in one and "added" in one for one in found.changes)


def _note_target(request: HttpRequest) -> HttpResponse:
    if target := request.POST.get("target"):
        SavedFilter.objects.create(person=request.person, list_code="x", name=target, query="")  # type: ignore[attr-defined]
    return HttpResponse("好")


def test_a_change_of_what_is_everyone_s_is_found_even_by_sql(walk: Walk) -> None:
    found = walk("planted", _rename_installation)
    assert any("rongshu_foundation_installation" in one for one in found.changes)
    assert Installation.objects.get().name != "改了"


def _rename_installation(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE rongshu_foundation_installation SET name = '改了'")
    return HttpResponse("好")


def test_a_post_that_needs_no_token_is_found(walk: Walk) -> None:
    found = walk("planted/<uuid:resource_id>", csrf_exempt(_absent))
    assert any("without a token" in one for one in found.leaks)
