"""The writer of an embedded generation. A second one is refused: the indexer's lease keeps them apart."""

from __future__ import annotations

from collections.abc import Collection
from types import TracebackType
from typing import Final, Self

from tantivy import Index, IndexWriter

from rongshu.search.documents import Prepared
from rongshu.search.engines.embedded.fields import document_of
from rongshu.search.errors import EngineUnavailable

_LITTLE: Final = 20_000_000  # bytes; the engine wants 15 MB at least
# What fits in here are two segments of some 25,000 documents of 600 characters: merging smaller ones again
# and again takes longer than writing them. The memory is taken only while so much is written.
_MUCH: Final = 160_000_000
_THREADS: Final = 2


class EmbeddedWriter:
    """Writes into one generation."""

    def __init__(self, index: Index, *, bulk: bool) -> None:
        try:
            self._writer: IndexWriter | None = (
                index.writer(_MUCH, _THREADS) if bulk else index.writer(_LITTLE, 1)
            )
        except ValueError as error:  # LockBusy
            raise EngineUnavailable("检索索引正由另一个进程写入，请等它结束后再试。") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        writer, self._writer = self._open, None
        if kind is None:
            # Closing at once would throw away the merges under way, and segments would pile up.
            writer.wait_merging_threads()

    @property
    def _open(self) -> IndexWriter:
        if self._writer is None:
            raise RuntimeError("the writer is closed")
        return self._writer

    def add(self, document: Prepared, *, replaces: bool = True) -> None:
        """Put a document in."""
        if replaces:
            self._open.delete_documents_by_term("id", document["id"])
        self._open.add_document(document_of(document))

    def remove(self, ids: Collection[str]) -> None:
        """Take documents out."""
        for one in ids:
            self._open.delete_documents_by_term("id", one)

    def commit(self) -> None:
        """Put what was written on disk, for readers to find."""
        self._open.commit()
