"""The tenancy walker knows every address of the console, and says so when it does not."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.urls import path

from rongshu.project.walking import addresses as table
from rongshu.project.walking.addresses import UnknownArgument, addresses


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
