"""Nothing counted or kept from an earlier test; a reader and a key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from rongshu.publishing.hosts import HOSTS
from rongshu.publishing.tests.world import World
from rongshu.search.counting import COUNTS
from rongshu.search.queries.hot_words import forget_hot_words
from rongshu.search.queries.suggesting import forget_words

Get = Callable[..., Any]


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    _forget_all()
    yield
    _forget_all()


@pytest.fixture
def get(world: World, settings: Any) -> Get:
    """Return a reader of the sites."""
    settings.ALLOWED_HOSTS = ["*"]
    client = Client()

    def ask(path: str, host: str = "portal.localhost", **parameters: Any) -> Any:
        return client.get(path, parameters, headers={"host": host})

    return ask


def _forget_all() -> None:
    HOSTS.forget()
    COUNTS.take()
    forget_hot_words()
    forget_words()
