"""QR codes of page addresses, fast enough to stand on every article.

A QR code with a fixed version and mask is affine over GF(2): changing one bit of the data flips
always the same modules, its own and its share of the error correction. So segno draws one code per
(site, address length) and one per data bit that ever changes; every other code is their exclusive or.
4 ms per code become 0.02, and the tests compare the result with segno's, module by module.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import segno

VERSIONS: dict[int, int] = {3: 42, 4: 62, 5: 84, 6: 106, 8: 152, 10: 213, 15: 412, 20: 666}
"""QR version → bytes it holds at error correction M (ISO/IEC 18004, table 7)."""

_MASK = 3
_QUIET = 2
_TYPICAL = b"/a/2010/00/aaaaaaaaaa.html"
_VARYING = len(_TYPICAL)
"""The end of an address within which the pages of one site differ; only its bits are exchanged."""


class AddressTooLong(ValueError):
    """The address fits none of `VERSIONS`."""


@lru_cache(maxsize=4096)
def version_for(length: int) -> int:
    """Return the smallest version we use that holds `length` bytes."""
    for version, capacity in VERSIONS.items():
        if length <= capacity:
            return version
    raise AddressTooLong(length)


def size_of(version: int) -> int:
    """Return the modules per side, without the quiet zone."""
    return 17 + 4 * version


def modules(text: str) -> int:
    """Return the code's dark modules: seven to a byte, the first one highest, rows of `_row_bytes`.

    The last byte of a row has its highest bit set.
    """
    encoded = text.encode("latin-1")
    length = len(encoded)
    known, bits = _base(length, encoded[:-_VARYING])
    version = version_for(length)
    for position in range(max(0, length - _VARYING), length):
        changed = known[position] ^ encoded[position]
        if changed:
            bits ^= _difference(version, position, changed)
    return bits


@lru_cache(maxsize=2048)
def _base(length: int, start: bytes) -> tuple[bytes, int]:
    """Return an address of this length and start, and its modules."""
    known = start + _TYPICAL[-min(length, _VARYING) :]
    version = version_for(length)
    markers = sum(0x80 << 8 * _row_bytes(version) * row for row in range(size_of(version)))
    return known, _drawn(known, version) ^ markers


@lru_cache(maxsize=200_000)
def _difference(version: int, position: int, changed: int) -> int:
    """Return the modules that flip when the bits `changed` of the byte at `position` do."""
    bits = 0
    for bit in range(8):
        if changed >> bit & 1:
            bits ^= _difference_of_bit(version, position, bit)
    return bits


@lru_cache(maxsize=20_000)
def _difference_of_bit(version: int, position: int, bit: int) -> int:
    length = VERSIONS[version]
    plain = bytearray(b"a" * length)
    flipped = bytearray(plain)
    flipped[position] ^= 1 << bit
    return _drawn(bytes(plain), version) ^ _drawn(bytes(flipped), version)


@lru_cache(maxsize=64)
def _drawn(data: bytes, version: int) -> int:
    code = segno.make_qr(data, error="m", version=version, mask=_MASK, mode="byte", boost_error=False)
    bits = 0
    for row in code.matrix:
        padded = [*(module & 1 for module in row), *[0] * (_row_bytes(version) * 7 - len(row))]
        for at in range(0, len(padded), 7):
            bits = bits << 8 | int("".join(map(str, padded[at : at + 7])), 2)
    return bits


def _row_bytes(version: int) -> int:
    return (size_of(version) + 6) // 7


@lru_cache(maxsize=16)
def _strokes(row_bytes: int) -> Callable[[int], str]:
    """Return byte → relative path commands that draw seven modules (and go on to the next row)."""
    back = f"m-{row_bytes * 7} 1"
    table = [_runs(byte & 0x7F) + (back if byte & 0x80 else "") for byte in range(256)]
    return table.__getitem__


def _runs(seven: int) -> str:
    runs = re.findall("1+|0+", f"{seven:07b}")
    return "".join(f"h{len(run)}" if run[0] == "1" else f"m{len(run)} 0" for run in runs)


def svg_path(text: str) -> tuple[int, str]:
    """Return (side of the view box, path data to be stroked one wide) of the code of `text`."""
    version = version_for(len(text.encode("latin-1")))
    side, row_bytes = size_of(version), _row_bytes(version)
    rows = modules(text).to_bytes(side * row_bytes, "big")
    return side + 2 * _QUIET, f"M{_QUIET} {_QUIET}.5" + "".join(map(_strokes(row_bytes), rows))
