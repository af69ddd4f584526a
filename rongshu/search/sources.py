"""Where documents come from: a registry that later apps join (services, letters, questions, datasets)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from rongshu.foundation import work
from rongshu.foundation.models import Event
from rongshu.search.documents import SearchDocument
from rongshu.search.engines.choosing import PUBLIC


@dataclass(frozen=True)
class Touched:
    """A document may say something else now, or be gone; recalls go first."""

    id: UUID
    priority: int = work.EDIT


@dataclass(frozen=True)
class Swept:
    """Everything that has something in common may: all of a site, all of a type."""

    what: str
    id: UUID


def _nothing_touched(_: Sequence[Event]) -> Iterable[Touched | Swept]:
    return ()


def _nothing_under(what: str, id_: UUID, after: UUID | None, limit: int) -> list[UUID]:
    raise ValueError(f"nobody sweeps by {what}")


@dataclass(frozen=True)
class Loading:
    """How documents of one kind come into one index.

    `load` yields what may be found of these ids now, under `<kind>:<id>` (where one thing says different
    things in different places, also `<kind>:<id>@2` and `@3`): what is left out leaves the index. `ids_after`
    gives the ids that follow one in a stable order, for a rebuild.
    """

    load: Callable[[Collection[UUID]], Iterable[SearchDocument]]
    ids_after: Callable[[UUID | None, int], list[UUID]]


@dataclass(frozen=True)
class DocumentSource:
    """One kind of thing that may be found: by readers (`public`), and by the staff while it is worked on.

    `plan` says what the events of `kinds` touch; it writes nothing. `ids_under` gives the ids that follow one
    of what a sweep names.
    """

    kind: str
    label: str
    public: Loading
    staff: Loading | None = None
    kinds: frozenset[str] = frozenset()
    plan: Callable[[Sequence[Event]], Iterable[Touched | Swept]] = _nothing_touched
    ids_under: Callable[[str, UUID, UUID | None, int], list[UUID]] = _nothing_under

    def loading(self, index: str) -> Loading | None:
        """Return how documents come into an index, if any of this kind do."""
        return self.public if index == PUBLIC else self.staff


_sources: dict[str, DocumentSource] = {}
_followers: list[Callable[[], None]] = []
# Of one thing at most so many different texts stand in the index.
_VARIANTS = ("", "@2", "@3")


def register(source: DocumentSource) -> None:
    """Make a source known; called once per kind from an AppConfig.ready."""
    known = _sources.setdefault(source.kind, source)
    if known != source:
        raise ValueError(f"search source {source.kind!r} is registered twice")
    _tell()


def unregister(kind: str) -> None:
    """Forget a source."""
    _sources.pop(kind, None)
    _tell()


def on_change(follow: Callable[[], None]) -> None:
    """Have `follow` called whenever a source comes or goes: apps above register after the search is ready."""
    _followers.append(follow)


def _tell() -> None:
    for follow in _followers:
        follow()


def registered() -> list[DocumentSource]:
    """Return every source in the order of registration."""
    return list(_sources.values())


def source_named(kind: str) -> DocumentSource | None:
    """Return the source of a kind; None where nobody knows it any more."""
    return _sources.get(kind)


def document_id(kind: str, id_: UUID) -> str:
    """The id of a thing in the index."""
    return f"{kind}:{id_}"


def ids_of_thing(document: str) -> tuple[str, ...]:
    """Every id under which a thing may stand in the index."""
    return tuple(f"{document}{variant}" for variant in _VARIANTS)


def thing_of(document: str) -> tuple[str, UUID]:
    """Return kind and id of what a document of the index describes."""
    kind, _, rest = document.partition(":")
    return kind, UUID(rest.partition("@")[0])
