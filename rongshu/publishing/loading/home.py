"""The home page: its blocks, each fed from columns, settings or the other sites."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from rongshu.library.models import ResourceRelation
from rongshu.publishing.keys import BLOCKS
from rongshu.publishing.loading.context import SiteContext
from rongshu.publishing.loading.entries import Shown, note, references
from rongshu.publishing.loading.lists import newest_shown
from rongshu.publishing.loading.people import person_card, rank
from rongshu.publishing.loading.pictures import title_image
from rongshu.publishing.loading.reads import Reads
from rongshu.publishing.loading.site_frame import HEADER, HOT_WORDS, emblem_file
from rongshu.publishing.pages.models import (
    Block,
    CarouselBlock,
    ColumnListBlock,
    ColumnTabsBlock,
    EntriesBlock,
    EntryGroup,
    HeadlineBlock,
    HomePage,
    InstitutionsBlock,
    LeadersBlock,
    Link,
    LinkGroup,
    LinksBlock,
    PolicyPair,
    PolicyPairsBlock,
    PortalEntry,
    ServicesBlock,
    SitesBlock,
    Slide,
    TopicCard,
    TopicsBlock,
)
from rongshu.sites import models as sites

_SITE_GROUPS: Final = {
    sites.Site.Type.PORTAL: "政府门户",
    sites.Site.Type.DEPARTMENT: "部门网站",
    sites.Site.Type.SPECIAL: "专项网站",
    sites.Site.Type.FOREIGN: "外文网站",
}
_OTHERS: Final = "其他网站"
_LOOK_FURTHER: Final = 5  # a carousel looks among five times as many entries for those with a picture


class Feeder:
    """Fills one block from where its settings say."""

    def __init__(self, context: SiteContext, block: sites.Block, reads: Reads) -> None:
        self.context, self.block, self.reads = context, block, reads
        ordered = context.shelf.by_id
        chosen = {column.id for column in block.columns.all()}
        self.columns = [ordered[one] for one in ordered if one in chosen and ordered[one].has_pages]
        # The day of the newest entry of what the block shows of its columns.
        self.renewed_on: date | None = None
        for column in self.columns:
            reads.column(column.id)

    @property
    def idle_days(self) -> int | None:
        """How long its columns may stay as they are; None where their entries follow no date."""
        if not self.columns or any(column.is_ranked for column in self.columns):
            return None
        return max(column.max_idle_days for column in self.columns)

    @property
    def options(self) -> Mapping[str, Any]:
        """The block's kind-specific settings."""
        return self.block.options if isinstance(self.block.options, dict) else {}

    def shown(self, count: int) -> list[Shown]:
        """The newest of the block's columns together."""
        found: dict[UUID, Shown] = {}
        for column in self.columns:
            for shown in newest_shown(self.context, column.id, count, self.reads):
                found.setdefault(shown.resource.id, shown)
        self.renewed_on = max((_day_of(shown) for shown in found.values()), default=None)
        if len(self.columns) > 1:
            is_ranked = all(column.is_ranked for column in self.columns)
            return sorted(found.values(), key=rank if is_ranked else _newest_first)[:count]
        return list(found.values())[:count]

    def frame(self) -> dict[str, Any]:
        """What all blocks have."""
        title = self.block.title or (self.columns[0].name if self.columns else "")
        more = self.columns[0].path if len(self.columns) == 1 else ""
        width = str(self.options.get("width", "full"))
        return {"key": self.block.key, "title": title, "width": width, "more_url": more}

    def link(self, settings: Mapping[str, Any]) -> Link:
        """A link out of the settings; one that leads off government websites goes by the notice."""
        text, url = str(settings.get("name", "")), str(settings.get("url", ""))
        if self.context.is_leaving(url):
            return Link(text, self.reads.leaving(url), is_leaving=True)
        return Link(text, url)

    def links(self, name: str = "links") -> tuple[Link, ...]:
        """A set of links out of the settings."""
        return tuple(self.link(one) for one in self.options.get(name, []) if isinstance(one, dict))

    def link_groups(self) -> tuple[LinkGroup, ...]:
        """Named sets of links out of the settings."""
        groups = [one for one in self.options.get("groups", []) if isinstance(one, dict)]
        made = (
            LinkGroup(str(group.get("name", "")), tuple(self.link(one) for one in group.get("links", [])))
            for group in groups
        )
        return tuple(made)


def load_home(context: SiteContext) -> tuple[HomePage, Reads]:
    """Load the home page."""
    reads = Reads()
    reads.keys.add(BLOCKS)
    rows = sites.Block.objects.filter(site=context.site, is_active=True).order_by("position", "key")
    placed = {HEADER, HOT_WORDS}
    feeders = [
        Feeder(context, block, reads)
        for block in rows.prefetch_related("columns")
        if block.options.get("place") not in placed
    ]
    blocks = [(feeder, _block(feeder)) for feeder in feeders]
    newest = max((feeder.renewed_on for feeder in feeders if feeder.renewed_on), default=None)
    emblem = emblem_file(context.site)
    if emblem:
        reads.file(*emblem)
    page = HomePage(
        site=context.frame,
        blocks=tuple(
            _dated(feeder, block, newest) for feeder, block in blocks if block is not None and block.content
        ),
        description=f"{context.site.name}，{context.site.sponsor.name}主办",
        keywords=context.site.name,
    )
    return page, reads


def _headline(feeder: Feeder) -> Block:
    entries = [shown.entry() for shown in feeder.shown(feeder.block.count)]
    return HeadlineBlock(**feeder.frame(), entry=entries[0] if entries else None, others=tuple(entries[1:]))


def _carousel(feeder: Feeder) -> Block:
    slides = [
        Slide(shown.title, shown.url, image, shown.origin_name)
        for shown in feeder.shown(feeder.block.count * _LOOK_FURTHER)
        if (image := title_image(shown.version))
    ]
    return CarouselBlock(**feeder.frame(), slides=tuple(slides[: feeder.block.count]))


def _column_list(feeder: Feeder) -> Block:
    entries = tuple(shown.entry() for shown in feeder.shown(feeder.block.count))
    return ColumnListBlock(**feeder.frame(), entries=entries, has_lead=bool(feeder.options.get("lead")))


def _column_tabs(feeder: Feeder) -> Block:
    tabs = []
    for column in feeder.columns:
        shown = newest_shown(feeder.context, column.id, feeder.block.count, feeder.reads)
        tabs.append(EntryGroup(column.name, tuple(one.entry() for one in shown), more_url=column.path))
    return ColumnTabsBlock(**feeder.frame(), tabs=tuple(tabs))


def _policy_pairs(feeder: Feeder) -> Block:
    policies = feeder.shown(feeder.block.count)
    rows = ResourceRelation.objects.filter(
        target_id__in=[one.resource.id for one in policies], kind=ResourceRelation.Kind.INTERPRETS
    ).order_by("id")
    explained: dict[UUID, list[UUID]] = {}
    for target, source in rows.values_list("target_id", "source_id"):
        explained.setdefault(target, []).append(source)
    found = references(feeder.context, [one for some in explained.values() for one in some])
    pairs = []
    for policy in policies:
        explaining = explained.get(policy.resource.id, [])
        entries = [shown.entry() for one in explaining if (shown := note(feeder.reads, one, found.get(one)))]
        pairs.append(PolicyPair(policy.entry(), tuple(entries)))
    return PolicyPairsBlock(**feeder.frame(), pairs=tuple(pairs))


def _topics(feeder: Feeder) -> Block:
    cards = (
        TopicCard(one.title, one.url, title_image(one.version), one.version.description, one.origin_name)
        for one in feeder.shown(feeder.block.count)
    )
    return TopicsBlock(**feeder.frame(), topics=tuple(cards))


def _services(feeder: Feeder) -> Block:
    groups = list(feeder.link_groups())
    for column in feeder.columns:
        shown = newest_shown(feeder.context, column.id, feeder.block.count, feeder.reads)
        groups.append(LinkGroup(column.name, tuple(map(_link_to, shown))))
    return ServicesBlock(**feeder.frame(), groups=tuple(groups))


def _link_to(shown: Shown) -> Link:
    return Link(shown.title, shown.url, origin=shown.origin_name)


def _entries(feeder: Feeder) -> Block:
    """四大入口 out of the settings: `{"entries": [{"kind", "name", "url", "note", "links"}]}`."""
    entries = []
    for one in feeder.options.get("entries", []):
        link = feeder.link(one)
        links = tuple(feeder.link(inner) for inner in one.get("links", []))
        entries.append(
            PortalEntry(str(one.get("kind", "see")), link.text, link.url, str(one.get("note", "")), links)
        )
    return EntriesBlock(**feeder.frame(), entries=tuple(entries))


def _leaders(feeder: Feeder) -> Block:
    return LeadersBlock(
        **feeder.frame(), people=tuple(person_card(one) for one in feeder.shown(feeder.block.count))
    )


def _institutions(feeder: Feeder) -> Block:
    links = tuple(map(_link_to, feeder.shown(feeder.block.count)))
    return InstitutionsBlock(**feeder.frame(), groups=(*feeder.link_groups(), LinkGroup("", links)))


def _links(feeder: Feeder) -> Block:
    return LinksBlock(**feeder.frame(), links=feeder.links())


def _sites(feeder: Feeder) -> Block:
    """The other sites of the cluster by type, or what the settings list."""
    groups = feeder.link_groups()
    if groups:
        return SitesBlock(**feeder.frame(), groups=groups)
    found: dict[str, list[Link]] = {}
    for other in sorted(feeder.context.directory.sites.values(), key=lambda site: (site.name, site.slug)):
        feeder.reads.site(other.id)
        if other.id != feeder.context.site.id and other.is_online:
            name = _SITE_GROUPS.get(sites.Site.Type(other.type), _OTHERS)
            found.setdefault(name, []).append(Link(other.name, other.base_url.rstrip("/") + "/"))
    made = (
        LinkGroup(name, tuple(found[name])) for name in (*_SITE_GROUPS.values(), _OTHERS) if name in found
    )
    return SitesBlock(**feeder.frame(), groups=tuple(made))


_Kind = sites.Block.Kind
_MAKERS: Final[Mapping[str, Callable[[Feeder], Block]]] = {
    _Kind.HEADLINE: _headline,
    _Kind.CAROUSEL: _carousel,
    _Kind.COLUMN_LIST: _column_list,
    _Kind.COLUMN_TABS: _column_tabs,
    _Kind.POLICY_PAIRS: _policy_pairs,
    _Kind.TOPICS: _topics,
    _Kind.SERVICES: _services,
    _Kind.ENTRIES: _entries,
    _Kind.LEADERS: _leaders,
    _Kind.INSTITUTIONS: _institutions,
    _Kind.LINKS: _links,
    _Kind.SITES: _sites,
}


def _block(feeder: Feeder) -> Block | None:
    make = _MAKERS.get(feeder.block.kind)
    return make(feeder) if make else None


def _dated(feeder: Feeder, block: Block, newest: date | None) -> Block:
    """Have an outdated block say when it was last renewed.

    It is outdated when it lies further behind the newest of the page than its columns may stay as they
    are: a page knows no today.
    """
    renewed_on, idle_days = feeder.renewed_on, feeder.idle_days
    if renewed_on is None or newest is None or idle_days is None:
        return block
    is_outdated = newest - renewed_on > timedelta(days=idle_days)
    return dataclasses.replace(block, renewed_on=renewed_on) if is_outdated else block


def _day_of(shown: Shown) -> date:
    return timezone.localtime(shown.resource.published_at or shown.placement.published_at).date()


def _newest_first(shown: Shown) -> tuple[int, float, int]:
    placement = shown.placement
    return (-placement.pin, -placement.published_at.timestamp(), -placement.id.int)
