"""Packed bodies unpacked piece by piece: a bomb stops at the limit and not in memory."""

import zlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Final

import aiohttp

from .errors import FetchRefused

_CHUNK: Final = 65_536
_PIECE: Final = 1_000_000


async def bounded(
    answer: aiohttp.ClientResponse, limit: int, too_large: type[FetchRefused]
) -> AsyncIterator[bytes]:
    """The decompressed body piece by piece; stops at the limit however small the packed bytes are."""
    unpack = _unpacker(answer.headers.get("Content-Encoding", "").lower())
    total = 0
    async for packed in answer.content.iter_chunked(_CHUNK):
        for piece in unpack(packed):
            total += len(piece)
            if total > limit:
                raise too_large
            yield piece


def _unpacker(encoding: str) -> Callable[[bytes], Iterable[bytes]]:
    if encoding in ("", "identity"):
        return lambda chunk: (chunk,)
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise FetchRefused(f"原网站使用了不支持的压缩方式（{encoding[:20]}），页面没有取到。")
    return _Inflater().pieces


class _Inflater:
    """gzip, zlib and raw deflate, at most a megabyte per piece."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)
        self._begun = False

    def pieces(self, packed: bytes) -> Iterator[bytes]:
        """What the packed bytes hold; raises FetchRefused when they are damaged."""
        waiting, more = packed, True
        while waiting or more:
            piece = self._step(waiting)
            waiting, more = self._inflate.unconsumed_tail, len(piece) == _PIECE
            if piece:
                yield piece
            if self._inflate.eof:
                waiting, more = self._inflate.unused_data, False
                if waiting:
                    self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)
                if not waiting.strip(b"\0"):
                    return

    def _step(self, packed: bytes) -> bytes:
        try:
            piece = self._inflate.decompress(packed, _PIECE)
        except zlib.error:
            if self._begun:
                raise FetchRefused("原网站传来的压缩数据已损坏，页面没有取到。") from None
            # "deflate" without its header, as IIS sends it.
            self._begun, self._inflate = True, zlib.decompressobj(-zlib.MAX_WBITS)
            return self._step(packed)
        self._begun = True
        return piece
