"""The quick QR codes are segno's, module by module."""

from __future__ import annotations

import re

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from rongshu.publishing.pages.qr_codes import AddressTooLong, size_of, svg_path, version_for

ADDRESS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789-./?=&%~", min_size=1, max_size=180)


def drawn(address: str) -> list[list[int]]:
    """Return the modules that the path's strokes darken, without the quiet zone."""
    _, path = svg_path(address)
    side = size_of(version_for(len(address)))
    grid = [[0] * side for _ in range(side)]
    x = y = 0
    for command, first, second in re.findall(r"([Mmh])(-?\d+)(?: (-?[\d.]+))?", path):
        if command == "M":
            x, y = int(first) - 2, int(float(second)) - 2
        elif command == "m":
            x, y = x + int(first), y + int(second)
        else:
            for at in range(x, x + int(first)):
                grid[y][at] = 1
            x += int(first)
    return grid


def expected(address: str) -> list[list[int]]:
    version = version_for(len(address))
    code = segno.make_qr(address.encode(), error="m", version=version, mask=3, mode="byte", boost_error=False)
    return [[module & 1 for module in row] for row in code.matrix]


@given(ADDRESS)
def test_equals_segno(address: str) -> None:
    assert drawn("https://" + address) == expected("https://" + address)


@pytest.mark.parametrize(
    "address",
    [
        "https://www.shifan.example/a/2024/05/7f3k9q2m.html",
        "https://www.shifan.example/a/1999/12/zzzzzzzz.html",
        "http://portal.localhost:8000/a/2024/05/7f3k9q2m.html",
        "x",
    ],
)
def test_equals_segno_for_addresses_as_ours_are(address: str) -> None:
    assert drawn(address) == expected(address)


def test_refuses_what_fits_no_code() -> None:
    with pytest.raises(AddressTooLong):
        svg_path("https://x/" + "a" * 700)
