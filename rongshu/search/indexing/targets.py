"""Which generations are written, and their open writers."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Sequence

from rongshu.search import analysis
from rongshu.search.documents import Prepared
from rongshu.search.engines.choosing import engine
from rongshu.search.engines.port import Engine, Stamp, Writer
from rongshu.search.schema import SCHEMA_VERSION


def stamp_now() -> Stamp:
    """Return under which schema and analysis documents are prepared now."""
    return Stamp(SCHEMA_VERSION, analysis.ANALYSIS_VERSION)


class Target:
    """One generation of one index with its writer, opened on first use."""

    def __init__(self, index: str, generation: str, *, is_built: bool) -> None:
        self.index, self.generation, self.is_built = index, generation, is_built
        self.engine: Engine = engine(index)
        self._writer: Writer | None = None
        self.is_dirty = False

    def put(self, things: Collection[str], documents: Iterable[Prepared]) -> None:
        """Replace everything that stands under these ids by the documents."""
        writer = self._open()
        writer.remove(things)
        for document in documents:
            writer.add(document, replaces=False)
        self.is_dirty = True

    def add_new(self, documents: Iterable[Prepared]) -> None:
        """Add documents of which the generation has none."""
        writer = self._open()
        for document in documents:
            writer.add(document, replaces=False)
        self.is_dirty = True

    def commit(self) -> None:
        """Commit what was written."""
        if self._writer is not None and self.is_dirty:
            self._writer.commit()
            self.is_dirty = False

    def close(self) -> None:
        """Close the writer; what was not committed is forgotten."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.__exit__(None, None, None)

    def abandon(self) -> None:
        """Close the writer as after a crash."""
        writer, self._writer = self._writer, None
        if writer is not None:
            with contextlib.suppress(Exception):
                writer.__exit__(RuntimeError, None, None)

    def _open(self) -> Writer:
        if self._writer is None:
            self._writer = self.engine.writer(self.generation, bulk=self.is_built)
        return self._writer


def serving_generation(index: str) -> str | None:
    """Return the name of the generation that serves, as long as it has the present schema."""
    found = [one for one in engine(index).generations() if one.is_serving]
    return found[0].name if found and found[0].stamp.schema == SCHEMA_VERSION else None


def is_outdated(index: str) -> bool:
    """Whether what serves was made under another schema or analysis, or nothing serves."""
    serving: Sequence[Stamp] = [one.stamp for one in engine(index).generations() if one.is_serving]
    return not serving or serving[0] != stamp_now()
