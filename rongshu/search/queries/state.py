"""How the search is: what serves, what is being built, what waits. For operators."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.conf import settings
from django.db.models import Count

from rongshu.foundation import consumers, work
from rongshu.foundation.errors import RongshuError
from rongshu.search.engines.choosing import INDEXES, engine
from rongshu.search.engines.port import Generation, Health
from rongshu.search.indexing.planning import CONSUMER, QUEUE
from rongshu.search.indexing.targets import stamp_now
from rongshu.search.models import IndexBuild, ReadAttachment


@dataclasses.dataclass(frozen=True)
class IndexState:
    """One index. `building`: how many documents the generation under way has, None without one."""

    index: str
    generation: str | None
    documents: int
    is_current: bool
    building: int | None


@dataclasses.dataclass(frozen=True)
class SearchState:
    """The search as a whole. `lag` in events, -1 while a rebuild is due."""

    engine: str
    indexes: tuple[IndexState, ...]
    waiting: int
    failing: int
    lag: int
    attachments_read: int
    attachments_unreadable: int

    def as_json(self) -> dict[str, Any]:
        """Return it for machines."""
        return dataclasses.asdict(self)


def search_state() -> SearchState:
    """Return how the search is now."""
    states = dict(ReadAttachment.objects.values_list("state").annotate(count=Count("pk")))
    read = ReadAttachment.State
    return SearchState(
        engine="OpenSearch" if settings.SEARCH_URL else "内置",
        indexes=tuple(_state(index) for index in INDEXES),
        waiting=sum(work.pending(QUEUE).values()),
        failing=work.failing(QUEUE).count(),
        lag=consumers.lags().get(CONSUMER, 0),
        attachments_read=states.get(read.READ, 0) + states.get(read.WITHOUT_TEXT, 0),
        attachments_unreadable=states.get(read.UNREADABLE, 0),
    )


def engine_health() -> Health:
    """Return whether the public can search; raise `UnknownEngine` where none is named rightly."""
    return engine().health()


def search_health() -> Health:
    """Return whether the public can search; never raises."""
    try:
        return engine_health()
    except RongshuError as error:
        return Health(False, error.message)


def _state(index: str) -> IndexState:
    serving = _serving(index)
    build = IndexBuild.objects.filter(index=index, ended_at=None).first()
    return IndexState(
        index=index,
        generation=serving.name if serving else None,
        documents=engine(index).count() if serving else 0,
        is_current=serving is not None and serving.stamp == stamp_now(),
        building=build.done if build else None,
    )


def _serving(index: str) -> Generation | None:
    return next((one for one in engine(index).generations() if one.is_serving), None)
