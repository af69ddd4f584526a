"""Old-fashioned government web sites built on demand, so that a migration has something true to life to do.

Owns the articles (real ones by path, or the project's own sample texts), thirteen template families of
2003–2020, the truth a migration is scored against, and a loopback server. Knows nothing of Django.
"""

from __future__ import annotations

from rongshu.project.legacy_sites.articles import (
    Attachment,
    ColumnPath,
    LegacyArticle,
    Paragraph,
    Picture,
    Table,
)
from rongshu.project.legacy_sites.building import build_legacy_site
from rongshu.project.legacy_sites.families import FAMILIES
from rongshu.project.legacy_sites.reading import read_source_articles
from rongshu.project.legacy_sites.serving import LegacyServer
from rongshu.project.legacy_sites.site import LegacySite, TruthArticle, TruthFile, load_legacy_site

__all__ = [
    "FAMILIES",
    "Attachment",
    "ColumnPath",
    "LegacyArticle",
    "LegacyServer",
    "LegacySite",
    "Paragraph",
    "Picture",
    "Table",
    "TruthArticle",
    "TruthFile",
    "build_legacy_site",
    "load_legacy_site",
    "read_source_articles",
]
