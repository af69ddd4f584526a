"""Files that records name: given as bytes, lying below a folder, or fetched politely over HTTP."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import unquote, urlsplit

from rongshu.intake.crawling import Fetcher, FetchRefused, Politeness
from rongshu.intake.crawling.fetching import FILE_LIMIT

_AWAY: Final = "原文件夹里没有这个文件。"


class Wish(Protocol):
    """What is wanted of a file: name, address, role, alternative text, and its bytes where they are there."""

    @property
    def name(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def alt(self) -> str: ...
    @property
    def content(self) -> bytes | None: ...


class RecordFiles:
    """Brings files into a folder under their SHA-256; what can't be had stays listed with its reason."""

    def __init__(
        self, runner: asyncio.Runner, fetcher: Fetcher, *, base: str, folder: str, into: Path
    ) -> None:
        self._runner, self._fetcher, self._into = runner, fetcher, into
        self._base, self._folder = base, Path(folder).resolve() if folder else None

    def bring(self, wanted: Sequence[Sequence[Wish]]) -> list[list[dict[str, Any]]]:
        """Return for each record what became of its files, as a run keeps them."""
        return self._runner.run(self._bring(wanted))

    async def _bring(self, wanted: Sequence[Sequence[Wish]]) -> list[list[dict[str, Any]]]:
        return [list(await asyncio.gather(*(self._one(wish) for wish in of_record))) for of_record in wanted]

    async def _one(self, wish: Wish) -> dict[str, Any]:
        listed = {"name": wish.name, "url": wish.url, "role": wish.role, "alt": wish.alt}
        if wish.content is not None:
            return listed | _kept(wish.content, self._into)
        if (near := self._beside(wish.url)) is not None:
            return listed | await asyncio.to_thread(_copied, near, self._into)
        try:
            file = await self._fetcher.fetch_file(wish.url, self._into)
        except FetchRefused as refused:
            return listed | {"code": refused.code, "reason": refused.message}
        file.path.replace(self._into / file.sha256)
        return {**listed, "name": wish.name or file.name, "sha256": file.sha256, "size": file.size}

    def _beside(self, url: str) -> Path | None:
        """Return where an address below the base lies in the folder; never anything outside of it."""
        if self._folder is None or not url.startswith(self._base):
            return None
        path = (self._folder / unquote(urlsplit(url).path).lstrip("/")).resolve()
        return path if path.is_relative_to(self._folder) else self._folder / "outside"


@contextmanager
def opened_files(
    *, allow_hosts: Collection[str], base: str, folder: str, into: Path
) -> Iterator[RecordFiles]:
    """Open the way to the files of one reading."""
    with asyncio.Runner() as runner:
        fetcher = Fetcher(politeness=Politeness(per_second=10.0), allow_hosts=allow_hosts)
        runner.run(fetcher.__aenter__())
        try:
            yield RecordFiles(runner, fetcher, base=base, folder=folder, into=into)
        finally:
            runner.run(fetcher.__aexit__(None, None, None))


def _kept(content: bytes, into: Path) -> dict[str, Any]:
    digest = hashlib.sha256(content).hexdigest()
    if not (into / digest).exists():
        part = into / f"part-{digest}"
        part.write_bytes(content)
        part.replace(into / digest)
    return {"sha256": digest, "size": len(content)}


def _copied(path: Path, into: Path) -> dict[str, Any]:
    if not path.is_file():
        return {"code": "file-missing", "reason": _AWAY}
    if path.stat().st_size > FILE_LIMIT:
        return {"code": "file-too-large", "reason": "文件超过 200 MB，未导入；请压缩或拆分后在后台上传。"}
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if not (into / digest).exists():
        part = into / f"part-{digest}"
        shutil.copyfile(path, part)
        part.replace(into / digest)
    return {"sha256": digest, "size": path.stat().st_size}
