"""The list of sessions tells browsers apart in words."""

from __future__ import annotations

import pytest

from rongshu.accounts.browsers import browser_of

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/131.0 Safari/537.36", "Chrome 131 · Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/130.0 Safari/537 Edg/130.0", "Edge 130 · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox 132 · Linux"),
        (f"Mozilla/5.0 (iPhone; like Mac OS X) {WEBKIT} Version/18.0 Safari/604.1", "Safari 18 · iOS"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "未知"),
    ],
)  # fmt: skip
def test_browsers_have_names(user_agent: str, said: str) -> None:
    assert browser_of(user_agent) == said
