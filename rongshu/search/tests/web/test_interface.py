"""The interface for applications: it answers as its own description says, whatever is sent to it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, assume, given, settings
from schemathesis import GenerationMode

from rongshu.publishing.tests.world import World
from rongshu.search.actions.index_pending import index_pending
from rongshu.search.actions.manage_api_keys import make_api_key, revoke_api_key
from rongshu.search.models import ApiKey, ApiKeyUse
from rongshu.search.web.api.parameters import SEARCHING

BASE = "/-/api/search/v1"
Ask = Callable[..., Any]


@pytest.fixture
def secret(world: World) -> str:
    """Return a key that may ask as often as it likes."""
    return make_api_key(
        actor=world.operator, name="示范终端", organization_id=world.library.education.pk,
        per_minute=10_000_000, per_day=10_000_000,
    ).secret  # fmt: skip


@pytest.fixture
def ask(secret: str) -> Ask:
    """Return an application that asks with its key."""

    def send(path: str, *, key: str = secret, **parameters: Any) -> Any:
        headers = {"host": "portal.localhost"} | ({"authorization": f"Bearer {key}"} if key else {})
        return Client().get(f"{BASE}/{path}", parameters, headers=headers)

    return send


@pytest.fixture
def application() -> Iterator[Callable[..., Iterable[bytes]]]:
    """Return the listener as a WSGI application in the test's own transaction, at the portal's host."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    django = WSGIHandler()

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return django({**environ, "HTTP_HOST": "portal.localhost"}, start_response)

    yield answer
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


_LISTS: Final = [one.name for one in SEARCHING if one.schema["type"] == "array"]


# The description takes nothing that could be wrong.
@pytest.mark.parametrize(
    ("path", "mode"),
    [
        *itertools.product(["/documents", "/suggestions"], GenerationMode),
        ("/openapi.json", GenerationMode.POSITIVE),
    ],
)
def test_it_answers_as_its_description_says(
    world: World, secret: str, application: Any, path: str, mode: GenerationMode
) -> None:
    world.article(title="住房公积金提取办法")
    index_pending()
    schema = schemathesis.openapi.from_wsgi(f"{BASE}/openapi.json", application)
    operation = schema[path]["GET"]

    @settings(max_examples=60, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        # A lone word in an address is a list of one: "false" or "7" is as good as any other.
        assume(not any(isinstance((case.query or {}).get(name), (bool, int, float)) for name in _LISTS))
        case.call_and_validate(headers={"Authorization": f"Bearer {secret}"})

    send()


def test_a_search_answers_hits_facets_and_the_next_page(world: World, ask: Ask) -> None:
    for number in range(3):
        world.article(title=f"住房公积金提取办法之{number}")
    index_pending()
    first = ask("documents", q="公积金", facets=["year", "site"], limit=2, scope="all").json()
    assert first["total"] == 3
    assert first["hits"][0]["url"].startswith("https://portal.localhost")
    assert "<mark>" in first["hits"][0]["title_html"]
    assert "<mark>" not in first["hits"][0]["title"]
    assert first["facets"]["year"] == [{"value": "2021", "label": "2021", "count": 3, "is_chosen": False}]
    second = ask("documents", q="公积金", limit=2, after=first["next"], scope="all").json()
    assert {one["id"] for one in first["hits"]}.isdisjoint(one["id"] for one in second["hits"])
    assert ask("documents", q="公积金", year="1999").json()["total"] == 0


def test_every_wrong_parameter_is_named(world: World, ask: Ask) -> None:
    answer = ask("documents", limit="many", sort="best", color="red", year="20 24", until="2026-02-30")
    assert answer.status_code == 400
    assert set(answer.json()["fields"]) == {"q", "limit", "sort", "color", "year", "until"}
    assert answer.json()["code"] == "invalid-input"


def test_without_a_key_nothing_is_answered(world: World, ask: Ask) -> None:
    for key in ("", "rs_wrong"):
        answer = ask("documents", key=key, q="公积金")
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == "Bearer"
    assert not ApiKeyUse.objects.exists()
    assert ask("openapi.json", key="").status_code == 200


def test_a_key_taken_back_and_a_quota_used_up_are_told(world: World, ask: Ask) -> None:
    made = make_api_key(
        actor=world.operator, name="终端", organization_id=world.library.education.pk, per_minute=1
    )
    granted = ask("suggestions", key=made.secret, q="公")
    assert granted["RateLimit-Remaining"] == "0"
    refused = ask("suggestions", key=made.secret, q="公")
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 60
    revoke_api_key(actor=world.operator, key_id=made.key.pk)
    assert ask("suggestions", key=made.secret, q="公").status_code == 401
    assert ApiKey.objects.filter(revoked_at=None).count() == 1


def test_only_reading_is_offered(world: World, secret: str) -> None:
    answer = Client().post(f"{BASE}/documents", headers={"host": "portal.localhost"})
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"
    assert answer.json()["code"] == "method-not-allowed"
