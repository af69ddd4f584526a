"""The old sites that move: built once below the drill's folder, served on the loopback while they do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rongshu.project.drilling.plan import Drill, Unit
from rongshu.project.legacy_sites import LegacyServer, LegacySite, build_legacy_site, read_source_articles

_SEED = 11


def build_old_sites(drill: Drill, folder: Path, *, material: Path | None) -> dict[Unit, LegacySite]:
    """Build every unit's old site; the articles are dealt out, so that no two sites share one.

    `material` is the folder of real texts, if there is one; the project's own sample texts come first.
    """
    units = [unit for node in drill.everyone for unit in node.units if unit.family]
    articles = read_source_articles(None, seed=_SEED)
    if material is not None:
        wanted = max(drill.articles * len(units) - len(articles), 0)
        articles += read_source_articles(material, limit=wanted, seed=_SEED)
    return {
        unit: build_legacy_site(
            unit.family,
            articles[place :: len(units)][: drill.articles],
            folder / unit.slug,
            site_name=unit.site_name,
            host=f"old-{unit.slug}.example",
            seed=_SEED,
        )
        for place, unit in enumerate(units)
    }


@contextmanager
def served(sites: dict[Unit, LegacySite], units: Sequence[Unit]) -> Iterator[dict[Unit, str]]:
    """Serve the old sites of some units; yield their addresses."""
    with LegacyServer([sites[unit] for unit in units]) as server:
        yield {unit: server.url_of(sites[unit]) for unit in units}
