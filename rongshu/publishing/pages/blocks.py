"""The configurable blocks of a home page. A block with nothing in it is never rendered.

`width` of a block out of `WIDTHS`, in twelfths of the row on a wide screen (what is left of a row goes
to its last block); everything is one column on a phone. `renewed_on` is given only when the block is
older than it should be: it then says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rongshu.publishing.pages.parts import Entry, EntryGroup, Image, Link, LinkGroup, PersonCard

WIDTHS: dict[str, int] = {
    "full": 12, "two-thirds": 8, "half": 6, "third": 4, "quarter": 3, "three-quarters": 9,
}  # fmt: skip


ROW = 12


def fitted_widths(blocks: Sequence[Block]) -> list[int]:
    """Return the width each block gets, in twelfths, when they fill rows from the left without holes.

    A block that is not shown (nothing in it) leaves room; the last one of its row takes it.
    """
    widths: list[int] = []
    taken = 0
    for block in blocks:
        wanted = WIDTHS.get(block.width, ROW)
        if taken and taken + wanted > ROW:
            widths[-1] += ROW - taken
            taken = 0
        widths.append(wanted)
        taken = (taken + wanted) % ROW
    if taken:
        widths[-1] += ROW - taken
    return widths


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What all blocks have. `key` is unique on the page and becomes the HTML id `block-<key>`."""

    key: str
    title: str
    width: str = "full"
    more_url: str = ""
    renewed_on: date | None = None

    @property
    def content(self) -> Sequence[object]:
        """What the block shows; nothing in it, no block."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadlineBlock(Block):
    """头条: one large title, its summary, and smaller ones below (at most four are shown)."""

    entry: Entry | None
    others: tuple[Entry, ...] = ()

    @property
    def content(self) -> Sequence[object]:
        return (self.entry,) if self.entry else ()


@dataclass(frozen=True, slots=True)
class Slide:
    """One picture of a carousel; `image.alt` is mandatory, the title stands below the picture."""

    title: str
    url: str
    image: Image
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarouselBlock(Block):
    """图片轮播: stands still without scripts (scrolled by hand); with them it moves and can be paused."""

    slides: tuple[Slide, ...]

    @property
    def content(self) -> Sequence[object]:
        return self.slides


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnListBlock(Block):
    """栏目列表: titles with dates; the first entry with an image leads when `has_lead`."""

    entries: tuple[Entry, ...]
    has_lead: bool = False

    @property
    def content(self) -> Sequence[object]:
        return self.entries


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnTabsBlock(Block):
    """栏目选项卡: several columns in one place; all of them one below the other without scripts."""

    tabs: tuple[EntryGroup, ...]

    @property
    def content(self) -> Sequence[object]:
        return [tab for tab in self.tabs if tab.entries]


@dataclass(frozen=True, slots=True)
class PolicyPair:
    """A policy beside what explains it."""

    policy: Entry
    interpretations: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPairsBlock(Block):
    """政策与解读."""

    pairs: tuple[PolicyPair, ...]

    @property
    def content(self) -> Sequence[object]:
        return self.pairs


@dataclass(frozen=True, slots=True)
class TopicCard:
    """A topic (专题) with its banner."""

    name: str
    url: str
    image: Image | None = None
    summary: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicsBlock(Block):
    """专题."""

    topics: tuple[TopicCard, ...]

    @property
    def content(self) -> Sequence[object]:
        return self.topics


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicesBlock(Block):
    """办事入口: by person or company, by theme, by life event."""

    groups: tuple[LinkGroup, ...]

    @property
    def content(self) -> Sequence[object]:
        return [group for group in self.groups if group.links]


@dataclass(frozen=True, slots=True)
class PortalEntry:
    """One of the large entries. `kind`: "see" 我要看, "find" 我要查, "do" 我要办, "ask" 我要问.

    Give it only when the feature behind it is there.
    """

    kind: str
    text: str
    url: str
    note: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EntriesBlock(Block):
    """四大入口."""

    entries: tuple[PortalEntry, ...]

    @property
    def content(self) -> Sequence[object]:
        return self.entries


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadersBlock(Block):
    """领导: the first one stands out."""

    people: tuple[PersonCard, ...]

    @property
    def content(self) -> Sequence[object]:
        return self.people


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionsBlock(Block):
    """机构: names that lead to their pages, in groups or one group without a name."""

    groups: tuple[LinkGroup, ...]

    @property
    def content(self) -> Sequence[object]:
        return [group for group in self.groups if group.links]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinksBlock(Block):
    """链接: a plain set, or picture links when every link has an image."""

    links: tuple[Link, ...]

    @property
    def content(self) -> Sequence[object]:
        return self.links


@dataclass(frozen=True, slots=True, kw_only=True)
class SitesBlock(Block):
    """站群导航: departments, cities, counties of the cluster."""

    groups: tuple[LinkGroup, ...]

    @property
    def content(self) -> Sequence[object]:
        return [group for group in self.groups if group.links]
