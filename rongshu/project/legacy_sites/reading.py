"""Where a legacy site's articles come from: real material by path, or the project's own sample texts."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from rongshu.project.legacy_sites.articles import LegacyArticle
from rongshu.project.legacy_sites.real_texts import CORPORA
from rongshu.project.legacy_sites.sample_texts import read_sample_articles


def read_source_articles(
    data_folder: Path | None = None, limit: int | None = None, seed: int = 0
) -> list[LegacyArticle]:
    """Up to `limit` articles in a mixed order that `seed` decides.

    From the corpora below `data_folder` that are there; the project's own sample texts of 示范省 when the
    folder is None or holds none of them. Personal letters come with names and numbers masked.
    """
    kinds = [articles for articles in _real_kinds(data_folder, seed) if articles]
    if not kinds:
        kinds = [read_sample_articles()]
    chance = random.Random(seed)  # noqa: S311 - an order, no secret
    mixed = _mixed(kinds, chance)
    return mixed if limit is None else mixed[:limit]


def _real_kinds(data_folder: Path | None, seed: int) -> list[list[LegacyArticle]]:
    if data_folder is None:
        return []
    present = [(data_folder / path, read) for path, read in CORPORA.items()]
    return [read(path, _chance(seed, path)) for path, read in present if path.exists()]


def _chance(seed: int, path: Path) -> random.Random:
    return random.Random(f"{seed}/{path.parent.name}")  # noqa: S311 - a draw, no secret


def _mixed(kinds: Sequence[list[LegacyArticle]], chance: random.Random) -> list[LegacyArticle]:
    """Every kind spread evenly over the whole, so that a short run has some of each."""
    placed: list[tuple[float, LegacyArticle]] = []
    for articles in kinds:
        shuffled = chance.sample(articles, len(articles))
        step = 1 / max(len(shuffled), 1)
        placed += [((at + chance.random()) * step, article) for at, article in enumerate(shuffled)]
    return [article for _, article in sorted(placed, key=lambda pair: pair[0])]
