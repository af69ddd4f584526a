"""Writing into a generation, in bulk."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from types import TracebackType
from typing import Any, Final, Self

from opensearchpy import OpenSearch
from opensearchpy.helpers import streaming_bulk

from rongshu.search.documents import Prepared
from rongshu.search.engines.opensearch.connection import WRITE_SECONDS, asking
from rongshu.search.errors import EngineUnavailable

# What is gathered before it is sent, whatever comes first; a larger request is no faster.
_DOCUMENTS: Final = 500
_BYTES: Final = 8 * 1024 * 1024
_TRIES, _PAUSE, _LONGEST_PAUSE = 5, 1, 5


class OpenSearchWriter:
    """Gathers changes by id (the last one counts), and sends them at `commit` or when there are many."""

    def __init__(self, client: OpenSearch, index: str) -> None:
        self.client, self.index = client, index
        self._pending: dict[str, Prepared | None] = {}
        self._size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pending.clear()

    def add(self, document: Prepared, *, replaces: bool = True) -> None:
        """Put a document in, in the place of the one with the same id."""
        self._pending[document["id"]] = document
        self._size += sum(len(value) for value in document.values() if isinstance(value, str))
        # A Han character takes three bytes.
        if len(self._pending) >= _DOCUMENTS or 3 * self._size >= _BYTES:
            self._send()

    def remove(self, ids: Collection[str]) -> None:
        """Take documents out; what is not there is no matter."""
        self._pending.update(dict.fromkeys(ids))

    def commit(self) -> None:
        """Send the rest, and let readers find it; the cluster's log is on disk before it answers."""
        self._send()
        with asking("refresh"):
            self.client.indices.refresh(index=self.index, request_timeout=WRITE_SECONDS)

    def _send(self) -> None:
        pending, self._pending, self._size = self._pending, {}, 0
        with asking("bulk"):
            answers = streaming_bulk(
                self.client,
                self._operations(pending),
                chunk_size=_DOCUMENTS,
                max_chunk_bytes=_BYTES,
                raise_on_error=False,
                # A busy cluster refuses single operations; an id stands once in a request, so order is kept.
                max_retries=_TRIES,
                initial_backoff=_PAUSE,
                max_backoff=_LONGEST_PAUSE,
                request_timeout=WRITE_SECONDS,
            )
            refused = [answer for is_done, answer in answers if not is_done and not _was_absent(answer)]
        if refused:
            raise EngineUnavailable(f"检索服务拒绝了 {len(refused)} 项写入：{str(refused[0])[:300]}")

    def _operations(self, pending: dict[str, Prepared | None]) -> Iterator[dict[str, Any]]:
        for id_, document in pending.items():
            target = {"_index": self.index, "_id": id_}
            if document is None:
                yield {**target, "_op_type": "delete"}
            else:
                yield {**target, "_op_type": "index", "_source": document}


def _was_absent(answer: dict[str, Any]) -> bool:
    return bool(answer.get("delete", {}).get("result") == "not_found")
