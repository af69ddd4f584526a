"""The usual measures, as trec_eval computes them: linear gains, rank counted from one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

_FIRST: Final = 10
_FURTHER: Final = 100


@dataclass(frozen=True)
class Figures:
    """Means over the questions."""

    ndcg_at_10: float
    mrr_at_10: float
    recall_at_10: float
    recall_at_100: float
    queries: int
    documents: int

    def as_json(self) -> dict[str, float | int]:
        """The figures by their usual names."""
        return {
            "ndcg@10": round(self.ndcg_at_10, 4),
            "mrr@10": round(self.mrr_at_10, 4),
            "recall@10": round(self.recall_at_10, 4),
            "recall@100": round(self.recall_at_100, 4),
            "queries": self.queries,
            "documents": self.documents,
        }


def figures_of(
    found: Mapping[str, Sequence[str]], judged: Mapping[str, Mapping[str, float]], documents: int
) -> Figures:
    """Return the figures of what was found (ids by question, the best first)."""
    rows = [(ids, judged[question]) for question, ids in found.items()]
    return Figures(
        ndcg_at_10=_mean([ndcg(ids, right) for ids, right in rows]),
        mrr_at_10=_mean([_reciprocal(ids, right) for ids, right in rows]),
        recall_at_10=_mean([_recall(ids[:_FIRST], right) for ids, right in rows]),
        recall_at_100=_mean([_recall(ids[:_FURTHER], right) for ids, right in rows]),
        queries=len(rows),
        documents=documents,
    )


def ndcg(ids: Sequence[str], right: Mapping[str, float], depth: int = _FIRST) -> float:
    """Discounted gain of the first results over that of the best order."""
    best = _gain(sorted(right.values(), reverse=True)[:depth])
    return _gain([right.get(one, 0.0) for one in ids[:depth]]) / best if best else 0.0


def _gain(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


def _reciprocal(ids: Sequence[str], right: Mapping[str, float]) -> float:
    places = (place for place, one in enumerate(ids[:_FIRST], start=1) if right.get(one, 0) > 0)
    return 1 / next(places, math.inf)


def _recall(ids: Sequence[str], right: Mapping[str, float]) -> float:
    return sum(1 for one in ids if one in right) / len(right)


def _mean(values: Sequence[float]) -> float:
    return fmean(values) if values else 0.0
