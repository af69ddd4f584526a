"""Which old site goes into which new one, and the building of the old ones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rongshu.project.legacy_sites import LegacyArticle, LegacySite, build_legacy_site, read_source_articles

PER_SITE: Final = 60
"""Articles of one old site when real material is there beside the project's own sample texts."""


@dataclass(frozen=True)
class Takeover:
    """One old site: its template family, the name it bore, the new site that takes it over."""

    family: str
    name: str
    site: str


TAKEOVERS: Final = (
    Takeover("portal2020", "示范省人民政府网", "portal"),
    Takeover("disclosure2016", "示范省政府信息公开网", "portal"),
    Takeover("trs2012", "示范省教育厅网站", "education"),
    Takeover("jcms2009", "示范省环境保护厅网站", "ecology"),
    Takeover("asp2006", "示范省人事劳动网", "human-resources"),
    Takeover("sections2018", "示范市政府门户网站", "shifan-city"),
    Takeover("webforms2014", "示范市政务公开网", "shifan-city"),
    Takeover("frontpage2003", "样例市政府信息网", "yangli-city"),
)


def build_all(folder: Path, *, material: Path | None, seed: int = 7) -> dict[Takeover, LegacySite]:
    """Build every old site below `folder`, dealing the articles out so that no two share one."""
    articles = read_source_articles(None, seed=seed)
    if material is not None:
        wanted = PER_SITE * len(TAKEOVERS) - len(articles)
        articles += read_source_articles(material, limit=wanted, seed=seed)
    return {
        takeover: build_legacy_site(
            takeover.family,
            _dealt(articles, place),
            folder / takeover.family,
            site_name=takeover.name,
            host=f"old-{takeover.family}.example",
            seed=seed,
        )
        for place, takeover in enumerate(TAKEOVERS)
    }


def _dealt(articles: list[LegacyArticle], place: int) -> list[LegacyArticle]:
    return articles[place :: len(TAKEOVERS)]
