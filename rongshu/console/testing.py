"""Tests of console pages in a real browser: a server in this process, a signed-in tab, every page."""

from __future__ import annotations

import importlib
import os
import shutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.test.testcases import QuietWSGIRequestHandler
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.exceptions import NoReverseMatch
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from rongshu.accounts.models import Person
from rongshu.accounts.testing import sign_in
from rongshu.foundation.testing import need

CHROMIUM_FLAGS: Final = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
CONSOLE_URLS: Final = "rongshu.project.urls_console"


@contextmanager
def serving_console() -> Iterator[str]:
    """Serve the console in this process, inside the test's own transaction; yield the address.

    The test takes the fixture `console_client`, whose settings hold. Flushing after a test is no way: the
    database refuses to empty what must not be deleted.
    """
    shared = {one.alias: one for one in connections.all()}
    for connection in shared.values():
        connection.inc_thread_sharing()
    server = _Server(("127.0.0.1", 0), QuietWSGIRequestHandler, connections_override=shared)
    server.set_app(_OneAtATime())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        for connection in shared.values():
            connection.dec_thread_sharing()


class _Server(ThreadedWSGIServer):
    def _close_connections(self) -> None:
        """Leave open what belongs to the test."""


class _OneAtATime:
    """The console's application; requests share one connection, so they take turns."""

    def __init__(self) -> None:
        self.lock, self.application = threading.Lock(), WSGIHandler()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        with self.lock:
            answer = self.application(environ, start_response)
            try:
                return list(answer)
            finally:
                answer.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Launch Debian's Chromium; skip loudly where there is none, fail in continuous integration."""
    found = shutil.which("chromium")
    need(found, "chromium")
    with _orm_beside_a_loop(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@contextmanager
def _orm_beside_a_loop() -> Iterator[None]:
    """Let the tests use the ORM: the browser's driver runs an event loop in their thread."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def signed_in_context(browser: Browser, address: str, person: Person, **options: Any) -> BrowserContext:
    """Return a browser context in which the person has signed in."""
    context = browser.new_context(**{"viewport": {"width": 1366, "height": 768}, **options})
    name = settings.CONSOLE_LISTENER["SESSION_COOKIE_NAME"]
    key = sign_in(None, person).cookies[name].value
    context.add_cookies([{"name": name, "value": key, "url": address}])
    return context


@dataclass(frozen=True)
class ConsolePage:
    """An address of the console: its name, and what it takes."""

    app: str
    name: str
    arguments: Sequence[str]


def console_pages() -> list[ConsolePage]:
    """Return every named address of the console's URL table."""
    return list(_pages(get_resolver(CONSOLE_URLS).url_patterns, ()))


def _pages(patterns: Sequence[URLPattern | URLResolver], taken: Sequence[str]) -> Iterator[ConsolePage]:
    for pattern in patterns:
        arguments = [*taken, *pattern.pattern.regex.groupindex]
        if isinstance(pattern, URLResolver):
            yield from _pages(pattern.url_patterns, arguments)
        elif pattern.name:
            yield ConsolePage(pattern.callback.__module__.split(".")[1], pattern.name, arguments)


def sample_arguments(person: Person) -> dict[str, Mapping[str, Any]]:
    """Return what addresses that take something may be tried with.

    An app says it in `tests/console_samples.py`: `def samples(person) -> dict[url name, arguments]`, which
    makes the records it names.
    """
    found: dict[str, Mapping[str, Any]] = {}
    for config in apps.get_app_configs():
        module = f"{config.name}.tests.console_samples"
        if config.name.startswith("rongshu.") and find_spec(f"{config.name}.tests") and find_spec(module):
            found.update(importlib.import_module(module).samples(person))
    return found


def addresses_of(app: str, samples: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return the addresses of an app's pages by name; those for which nobody gave a sample are left out."""
    found = {}
    for page in console_pages():
        if page.app == app and (not page.arguments or page.name in samples):
            try:
                found[page.name] = reverse(
                    page.name, urlconf=CONSOLE_URLS, kwargs=dict(samples.get(page.name, {}))
                )
            except NoReverseMatch:
                continue
    return found
