"""Markup in every text of a tenant — titles, names, reasons, comments, entries — stays text on every page."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from django.conf import LazySettings
from selectolax.lexbor import LexborHTMLParser, LexborNode

from rongshu.accounts.testing import ConsoleClient
from rongshu.project.walking.addresses import addresses, own
from rongshu.project.walking.asking import Asker
from rongshu.project.walking.findings import Findings
from rongshu.project.walking.tables import Tables
from rongshu.project.walking.world import Tenant, World

# Leaves a quoted attribute and an element; is no element and no handler of ours wherever it is believed.
PAYLOAD: Final = "\"'><zqxss onzqxss=1>"
_ENDS_SESSION: Final = "sign-out"


@pytest.fixture
def tenant(
    console_client: ConsoleClient, settings: LazySettings, tmp_path: Path
) -> Iterator[tuple[World, Tenant]]:
    settings.DEMONSTRATION = True
    settings.STORE_FOLDER = tmp_path / "store"
    logging.disable(logging.ERROR)
    world = World()
    yield world, world.add(flourish=PAYLOAD)
    logging.disable(logging.NOTSET)


@pytest.mark.slow
def test_markup_in_texts_is_shown_and_never_believed(tenant: tuple[World, Tenant]) -> None:
    world, his = tenant
    tables, shown, believed, found = Tables(), 0, [], Findings()
    for person in (his.chief, his.editor):
        asker = Asker(world, tables, his, person)
        for address in addresses():
            for given in own(address, his)[:3] if address.name != _ENDS_SESSION else []:
                url = address.url(given)
                with asker.kept(url, own_may_change=True):
                    answer = asker.ask("GET", url)
                if not answer.is_page:
                    break
                shown += "zqxss" in answer.body
                believed += [f"{person} {url}: {one}" for one in _believed(answer.body)]
        found.add(asker.findings)
    assert believed == []
    assert shown > 60
    assert found == Findings(requests=found.requests)


def _believed(html: str) -> Iterator[str]:
    """Yield where the payload became an element or a handler, also inside what frames show."""
    page = LexborHTMLParser(html)
    yield from (one.html or "" for one in page.css("zqxss, [onzqxss]"))
    for frame in page.css("iframe[srcdoc], template"):
        yield from _believed(_inside(frame))


def _inside(frame: LexborNode) -> str:
    return frame.attributes.get("srcdoc") or frame.inner_html or ""
