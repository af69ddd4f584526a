"""The editor of every site tries every address of the console: nothing of others shows, nothing changes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.http import HttpResponse
from django.urls import path

from rongshu.accounts.testing import ConsoleClient
from rongshu.project.walking import addresses as table
from rongshu.project.walking.addresses import UnknownArgument, addresses
from rongshu.project.walking.findings import Findings
from rongshu.project.walking.harvest import Harvest
from rongshu.project.walking.tables import Tables
from rongshu.project.walking.walker import Walker
from rongshu.project.walking.world import World

TENANTS = 20


@pytest.fixture
def world(console_client: ConsoleClient, settings: LazySettings, tmp_path: Path) -> Iterator[World]:
    settings.DEMONSTRATION = True
    settings.STORE_FOLDER = tmp_path / "store"
    logging.disable(logging.ERROR)  # each refusal would be a line
    yield World()
    logging.disable(logging.NOTSET)


def _grown(world: World, tenants: int) -> Tables:
    for _ in range(tenants):
        world.add()
    return Tables()


def _found_nothing(found: Findings) -> bool:
    assert found.leaks == []
    assert found.changes == []
    return True


@pytest.mark.slow
@pytest.mark.requirement("P1-01", "P1-05")
def test_editors_find_and_change_nothing_of_others(world: World) -> None:
    """Each of twenty editors tries every address; thoroughly each address is tried by one of them."""
    tables, everything = _grown(world, TENANTS), addresses()
    harvest, found = Harvest(world.tenants[0]), Findings()
    for place, tenant in enumerate(world.tenants):
        walker = Walker(world, tables, harvest, tenant, tenant.editor)
        if place == 0:
            walker.gather()
        found.add(walker.walk(thoroughly=everything[place::TENANTS]))
    assert _found_nothing(found)
    assert found.names == {one.name for one in everything}
    assert len(found.done) > 30


@pytest.mark.slow
@pytest.mark.requirement("P1-01", "P1-05")
def test_those_who_may_everything_at_home_may_nothing_elsewhere(world: World) -> None:
    """A chief holds every role of his own unit and site: no page is closed to him for want of a role."""
    tables = _grown(world, 4)
    harvest, everything, found = Harvest(world.tenants[0]), addresses(), Findings()
    for place, tenant in enumerate(world.tenants):
        walker = Walker(world, tables, harvest, tenant, tenant.chief)
        if place == 0:
            walker.gather()
        found.add(walker.walk(everything[place::4]))
    assert _found_nothing(found)
    assert len(found.done) > 60


@pytest.mark.slow
def test_pages_stay_the_same_when_others_add_content(world: World) -> None:
    _grown(world, 2)
    tenant = world.tenants[0]

    def pages() -> list[dict[str, tuple[int, str]]]:
        tables, harvest = Tables(), Harvest(tenant)
        return [Walker(world, tables, harvest, tenant, who).pages() for who in (tenant.editor, tenant.chief)]

    before = pages()
    world.add(shares=False)
    after = pages()
    differing = {url for then, now in zip(before, after, strict=True) for url in now if then[url] != now[url]}
    assert differing == set()


def test_every_argument_of_the_url_table_names_something() -> None:
    found = addresses()
    assert "newsroom-piece" in {one.name for one in found}
    assert all(one.url({}) for one in found)


def test_an_address_whose_argument_nobody_knows_stops_the_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    class Table:
        url_patterns = [path("x/<uuid:stranger_id>", lambda request, stranger_id: HttpResponse(), name="x")]

    monkeypatch.setattr(table, "get_resolver", lambda urlconf: Table)
    with pytest.raises(UnknownArgument, match="stranger_id"):
        addresses()
