"""Where documents come from: a registry that later apps join (services, letters, questions, datasets)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from rongshu.foundation.models import Event
from rongshu.search.documents import SearchDocument


def _nothing(_: Sequence[Event]) -> Iterable[tuple[UUID, int]]:
    return ()


@dataclass(frozen=True)
class DocumentSource:
    """One kind of thing that may be found.

    `load` returns what readers may reach of these ids now: what is left out leaves the index. `load_working`
    does the same for the staff's index (nothing where there is none). `all_ids` yields every id there is,
    in a stable order, for a rebuild. `plan` says which ids the events of `kinds` touch, and how urgently.
    """

    kind: str
    label: str
    load: Callable[[Collection[UUID]], Iterable[SearchDocument]]
    all_ids: Callable[[], Iterator[UUID]]
    kinds: frozenset[str] = frozenset()
    plan: Callable[[Sequence[Event]], Iterable[tuple[UUID, int]]] = _nothing
    load_working: Callable[[Collection[UUID]], Iterable[SearchDocument]] | None = None


_sources: dict[str, DocumentSource] = {}


def register(source: DocumentSource) -> None:
    """Make a source known; called once per kind from an AppConfig.ready."""
    known = _sources.setdefault(source.kind, source)
    if known != source:
        raise ValueError(f"search source {source.kind!r} is registered twice")


def unregister(kind: str) -> None:
    """Forget a source."""
    _sources.pop(kind, None)


def registered() -> list[DocumentSource]:
    """Return every source in the order of registration."""
    return list(_sources.values())


def document_id(kind: str, id_: UUID) -> str:
    """The id of a document in the index."""
    return f"{kind}:{id_}"


def source_of(document: str) -> tuple[DocumentSource, UUID] | None:
    """Return the source of a document and its id there; None where nobody knows the kind any more."""
    kind, _, rest = document.partition(":")
    source = _sources.get(kind)
    return (source, UUID(rest)) if source else None
