"""A site's frame: header, navigation, footer marks, tags, theme."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from django.utils import timezone

from rongshu.library.models import StoredFile
from rongshu.publishing import addresses
from rongshu.publishing.loading.columns import ColumnShelf
from rongshu.publishing.loading.directory import Directory
from rongshu.publishing.pages import assets
from rongshu.publishing.pages.models import (
    FooterMarks,
    Image,
    Link,
    SiteFrame,
    SiteTags,
    ThemeTokens,
)
from rongshu.sites.models import Block, Site, SiteStatusChange

# 我为政府网站找错: the national entry, by the site's identification code.
_ERROR_REPORT: Final = "https://zfwzgl.www.gov.cn/exposure/jiucuo.html?site_code="
_POLICE_RECORD: Final = "https://beian.mps.gov.cn/#/query/webSearch?code="
_ICP_RECORD: Final = "https://beian.miit.gov.cn/"
HOT_WORDS: Final = "hot-words"
HEADER: Final = "header"
_LANGUAGES: Final = {
    "zh-Hans": "简体中文", "zh-Hant": "繁體中文", "en": "English", "fr": "Français", "de": "Deutsch",
    "ja": "日本語", "ko": "한국어", "ru": "Русский", "es": "Español", "ar": "العربية", "pt": "Português",
}  # fmt: skip
PlacedLinks = Mapping[str, tuple[Link, ...]]


def site_frame(
    site: Site,
    shelf: ColumnShelf,
    directory: Directory,
    announcement: SiteStatusChange | None,
    placed: PlacedLinks,
) -> SiteFrame:
    """Return the frame of a site."""
    theme = theme_of(site)
    return SiteFrame(
        slug=site.slug,
        name=site.name,
        base_url=site.base_url.rstrip("/"),
        tags=SiteTags(site.name, site.domain, site.identification_code),
        navigation=shelf.navigation,
        marks=_marks(site),
        theme=theme,
        assets=assets.themed_asset_names(theme, tree_prefix=addresses.ASSETS),
        name_en=site.name_en,
        domain_cn=site.domain_cn,
        language=site.language,
        emblem=_emblem(site),
        hot_words=placed.get(HOT_WORDS, ()),
        links=placed.get(HEADER, ()),
        languages=_languages(site, directory),
        parent=_parent(site, directory),
        notice=_notice(announcement),
        notice_url="",
    )


def theme_of(site: Site) -> ThemeTokens:
    """Return a site's theme with its own tokens over it."""
    overrides = sorted((str(name), str(value)) for name, value in site.tokens.items())
    return ThemeTokens(site.theme, tuple(overrides))


def _marks(site: Site) -> FooterMarks:
    digits = re.sub(r"\D", "", site.police_number)
    mark = site.party_gov_mark
    return FooterMarks(
        sponsor=site.sponsor.name,
        contact=site.contact,
        icp_number=site.icp_number,
        police_number=site.police_number,
        party_gov_mark_url=mark if mark.startswith(("http://", "https://", "/")) else "",
        error_report_url=_ERROR_REPORT + quote(site.identification_code),
        icp_url=_ICP_RECORD if site.icp_number else "",
        police_url=_POLICE_RECORD + digits if digits else "",
        operator=site.operator,
        address=site.address,
        has_ipv6=site.has_ipv6,
        is_accessible=site.is_accessible,
    )


def emblem_file(site: Site) -> tuple[str, str] | None:
    """Return (digest, name) of a site's emblem in the store; its home page carries it."""
    if not site.emblem.startswith(("sha256:", "sm3:")):
        return None
    stored = StoredFile.objects.filter(pk=site.emblem).first()
    return (
        (stored.digest, f"emblem{stored.extension and '.'}{stored.extension.lstrip('.')}") if stored else None
    )


def placed_links(site: Site) -> PlacedLinks:
    """Links that blocks put into the header (options.place): hot words beside the search, other websites.

    The header stands on every page and has no leaving notice, so only links within government go there;
    whoever builds the frame leaves others out.
    """
    rows = Block.objects.filter(site=site, is_active=True, kind=Block.Kind.LINKS).order_by("position", "key")
    found: dict[str, tuple[Link, ...]] = {}
    for options in rows.values_list("options", flat=True):
        place = options.get("place") if isinstance(options, dict) else None
        if place in {HOT_WORDS, HEADER}:
            links = (Link(str(one["name"]), str(one["url"])) for one in options.get("links", ()))
            found[place] = found.get(place, ()) + tuple(links)
    return found


def _languages(site: Site, directory: Directory) -> tuple[Link, ...]:
    """The versions of a site in other languages: foreign-language sites below it, or beside it."""
    family = {site.id} if site.type != Site.Type.FOREIGN else {site.parent_id, site.id} - {None}
    others = sorted(directory.sites.values(), key=lambda one: (one.language, one.slug))
    return tuple(
        Link(_LANGUAGES.get(one.language, one.name), one.base_url.rstrip("/") + "/", note=one.language)
        for one in others
        if one.id != site.id and one.is_online and one.language != site.language
        if one.id in family or (one.parent_id in family and one.type == Site.Type.FOREIGN)
    )


def _emblem(site: Site) -> Image | None:
    """The site's own emblem, else the banyan of Rongshu: the national emblem is nobody's default."""
    if not site.emblem:
        return Image(assets.STATIC_PREFIX + assets.asset_manifest()["emblem.svg"], "", 68, 68)
    file = emblem_file(site)
    url = addresses.file_url(addresses.file_path(*file)) if file else site.emblem
    if not url.startswith(("/", "http://", "https://")):
        return None
    return Image(url, f"{site.name}徽标")


def _parent(site: Site, directory: Directory) -> Link | None:
    parent = directory.sites.get(site.parent_id) if site.parent_id else None
    return Link(parent.name, parent.base_url.rstrip("/") + "/") if parent else None


def _notice(announcement: SiteStatusChange | None) -> str:
    """The line above the header while a site's closing is announced (≥ 30 days before)."""
    if announcement is None or announcement.until is None:
        return ""
    day = timezone.localtime(announcement.until)
    return f"本网站将于{day.year}年{day.month}月{day.day}日关停。{announcement.notice}".strip()
