"""Build a whole legacy site in one folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rongshu.project.legacy_sites.articles import ColumnPath, LegacyArticle
from rongshu.project.legacy_sites.families import FAMILIES
from rongshu.project.legacy_sites.plan import plan_site
from rongshu.project.legacy_sites.site import WEB_ROOT, LegacySite, SiteFiles


def build_legacy_site(
    family: str,
    articles: Sequence[LegacyArticle],
    folder: Path,
    *,
    site_name: str,
    host: str,
    columns: Sequence[ColumnPath] | None = None,
    seed: int = 0,
) -> LegacySite:
    """Write the site of one template family into `folder`: `www/`, `truth.jsonl`, `site.json`.

    `columns` are the columns of the navigation in their order; columns that only articles name come after
    them. The same arguments give the same bytes. ValueError: an unknown family or no article.
    """
    if family not in FAMILIES:
        raise ValueError(f"没有名为“{family}”的旧站模板，可用的有：{'、'.join(FAMILIES)}。")
    if not articles:
        raise ValueError("至少需要一篇文章才能生成旧站。")
    kind = FAMILIES[family]
    plan = plan_site(
        articles, site_name=site_name, host=host, columns=columns, seed=seed, repeats=kind.repeats
    )
    habits = kind.habits()
    truth = kind(plan, SiteFiles(folder / WEB_ROOT, habits)).build()
    site = LegacySite(family, site_name, host, folder, truth, habits)
    site.save()
    return site
