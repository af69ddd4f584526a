"""Every page of the console in a real browser, found in the URL table: no violation, no error, not too wide.

A new page is covered by standing in the table; one that shows a record by a line in its app's
`tests/console_samples.py`.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Browser, ConsoleMessage, Page

from rongshu.accounts.models import Person
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.console.testing import (
    CONSOLE_URLS,
    addresses_of,
    chromium,
    console_pages,
    sample_arguments,
    serving_console,
    signed_in_context,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.usefixtures("console_client"),
]
APPS = sorted({page.app for page in console_pages()})


# What is looked at elsewhere, or is no page of ours: sign-in has tests of its own; the rest are parts, files,
# printed sheets, pages of the public sites, some that lead on to a page that is looked at, and one that takes
# its versions from the query.
NO_PAGES = {
    "enrol", "enrol-factor", "remove-factor", "console-asset", "console-work-progress", "newsroom-edit-piece",
    "newsroom-own-place", "newsroom-remove-place", "newsroom-draft-row", "newsroom-draft-files",
    "newsroom-draft-file", "newsroom-draft-file-preview", "newsroom-version-file",
    "newsroom-version-file-preview", "newsroom-word", "newsroom-pdf", "newsroom-preview-page",
    "newsroom-preview-file", "newsroom-preview-asset", "newsroom-watermark-sample",
    "newsroom-review-form-archived", "site-preview", "intake-report", "intake-saved-page",
    "intake-batch-report", "intake-batch-proof", "intake-addresses", "intake-proof", "intake-correct",
    "library-compare",
}  # fmt: skip


def _is_post_only(name: str) -> bool:
    """Tell whether an address takes posts alone: what `require_POST` was given stands in its closure."""
    view = next(one.callback for one in _addresses(get_resolver(CONSOLE_URLS)) if one.name == name)
    return inspect.getclosurevars(view).nonlocals.get("request_method_list") == ["POST"]


def _addresses(resolver: URLResolver) -> Iterator[URLPattern]:
    for one in resolver.url_patterns:
        yield from (_addresses(one) if isinstance(one, URLResolver) else [one])


def test_every_page_that_shows_a_record_has_one_to_show(operator: Person, demonstration: None) -> None:
    samples = sample_arguments(operator)
    asking = [page.name for page in console_pages() if page.arguments and page.name not in samples]
    assert {name for name in asking if not _is_post_only(name)} - NO_PAGES == set()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as launched:
        yield launched


def _html_pages(app: str, operator: Person) -> dict[str, str]:
    """Return the addresses that answer a whole page to the operator."""
    client = sign_in(ConsoleClient(), operator)
    addresses = addresses_of(app, sample_arguments(operator))
    return {name: url for name, url in addresses.items() if b"<html" in _content(client, url)}


def _content(client: ConsoleClient, url: str) -> bytes:
    answer = client.get(url)
    return b"" if answer.streaming or answer.status_code != 200 else answer.content


def _complaints(tab: Page) -> list[str]:
    found = Axe().run(tab).response["violations"]
    wide = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
    said = [f"{one['id']}: {[node['html'][:120] for node in one['nodes'][:2]]}" for one in found]
    return said + ([f"too wide by {wide}"] if wide > 0 else [])


def _is_error(message: ConsoleMessage) -> bool:
    # A preview stands in a frame that may run no script: that the browser says so is what we want.
    return message.type == "error" and "frame is sandboxed" not in message.text


def _look(
    browser: Browser, address: str, operator: Person, pages: dict[str, str], **options: Any
) -> list[str]:
    context = signed_in_context(browser, address, operator, **options)
    tab, said = context.new_page(), list[str]()
    tab.on("console", lambda message: said.append(message.text) if _is_error(message) else None)
    tab.on("pageerror", lambda error: said.append(str(error)))
    for name, url in pages.items():
        tab.goto(address + url)
        said += [f"{name} {one}" for one in _complaints(tab)]
    context.close()
    return said


@pytest.mark.parametrize("app", APPS)
def test_pages_of_an_app_have_no_violation(
    browser: Browser, operator: Person, demonstration: None, app: str
) -> None:
    pages = _html_pages(app, operator)
    with serving_console() as address:
        assert _look(browser, address, operator, pages) == []


@pytest.mark.slow
@pytest.mark.parametrize("app", APPS)
@pytest.mark.parametrize("screen", [(820, "light"), (390, "dark"), (1366, "dark")])
def test_pages_of_an_app_have_no_violation_on_other_screens(
    browser: Browser,
    operator: Person,
    demonstration: None,
    app: str,
    screen: tuple[int, str],
) -> None:
    pages = _html_pages(app, operator)
    options = {"viewport": {"width": screen[0], "height": 900}, "color_scheme": screen[1]}
    with serving_console() as address:
        assert _look(browser, address, operator, pages, **options) == []
