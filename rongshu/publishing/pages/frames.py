"""What surrounds every page of a site and of a column.

Make ONE SiteFrame per site and ONE ColumnFrame per column for a run and pass the same objects to all
pages: rendering keeps their fragments by object identity, and that is what makes it fast.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rongshu.publishing.pages.parts import Image, Link, TreeNode

MAX_NAVIGATION = 7


@dataclass(frozen=True, slots=True)
class SiteTags:
    """网站标签 (国办发〔2017〕47号): SiteName, SiteDomain, SiteIDCode; all mandatory."""

    name: str
    domain: str
    identification_code: str


@dataclass(frozen=True, slots=True)
class ColumnTags:
    """栏目标签: ColumnName, ColumnDescription, ColumnKeywords, ColumnType; all mandatory."""

    name: str
    description: str
    keywords: str
    type: str


@dataclass(frozen=True, slots=True)
class FooterMarks:
    """The marks every footer carries (P5-03). An empty optional one is left out, never shown empty.

    `party_gov_mark_url`: the check page of 党政机关网站标识. `police_url`: the public-security record.
    `error_report_url`: 我为政府网站找错.
    """

    sponsor: str
    contact: str
    icp_number: str
    police_number: str
    party_gov_mark_url: str
    error_report_url: str
    site_map_url: str = "/sitemap.html"
    icp_url: str = ""
    police_url: str = ""
    operator: str = ""
    address: str = ""
    has_ipv6: bool = True
    is_accessible: bool = True


@dataclass(frozen=True, slots=True)
class ThemeTokens:
    """A theme (vermilion 朱红, azure 青蓝, pine 松绿) and the site's own tokens over it.

    `overrides` are (name, value) pairs out of `themes.OVERRIDABLE`; they go into the stylesheet that
    `themes.site_stylesheet` returns, never into a page.
    """

    name: str = "vermilion"
    overrides: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AssetNames:
    """Addresses of the built style sheet and scripts, content-hashed; from `assets.asset_names`.

    `early_script` sets the kept preferences before the first paint, `script` is a module.
    `site_stylesheet` is the site's own token sheet (see `themes.site_stylesheet`), "" without overrides.
    """

    stylesheet: str
    early_script: str
    script: str
    site_stylesheet: str = ""


@dataclass(frozen=True, slots=True)
class SiteFrame:
    """Header, navigation, footer and tags of one site.

    `navigation`: at most seven, 首页 first. `base_url`: scheme and host, no slash at the end.
    `search_url`: the target of the search form (GET, parameter `q`), "" hides it. `suggest_url` answers
    what is typed there with suggestions (JSON), "" asks for none. `hot_words`: links
    beside the search box. `languages`: other language versions. `sign_in_url`: "" until there is one.
    `notice`/`notice_url`: one line above the header (for instance that the site closes on a day).
    """

    slug: str
    name: str
    base_url: str
    tags: SiteTags
    navigation: tuple[Link, ...]
    marks: FooterMarks
    theme: ThemeTokens
    assets: AssetNames
    name_en: str = ""
    domain_cn: str = ""
    language: str = "zh-Hans"
    emblem: Image | None = None
    search_url: str = "/-/search"
    suggest_url: str = "/-/search/suggest"
    hot_words: tuple[Link, ...] = ()
    languages: tuple[Link, ...] = ()
    sign_in_url: str = ""
    parent: Link | None = None
    links: tuple[Link, ...] = ()
    notice: str = ""
    notice_url: str = ""

    def __post_init__(self) -> None:
        if len(self.navigation) > MAX_NAVIGATION:
            raise ValueError(f"navigation has {len(self.navigation)} entries, at most {MAX_NAVIGATION}")
        if self.base_url.endswith("/"):
            raise ValueError("base_url ends with a slash")


@dataclass(frozen=True, slots=True)
class ColumnFrame:
    """A column as all its pages show it.

    `breadcrumb`: from 首页 to this column, this one last. `tree`: the top column's children with the
    path to this one open; `tree_title` is the top column's name. `navigation_url`: the entry of the
    site's navigation that is current. `atom_url`/`rss_url`: the column's feeds, "" where it has none.
    """

    tags: ColumnTags
    url: str
    breadcrumb: tuple[Link, ...]
    tree_title: str = ""
    tree: tuple[TreeNode, ...] = field(default=())
    navigation_url: str = ""
    atom_url: str = ""
    rss_url: str = ""
