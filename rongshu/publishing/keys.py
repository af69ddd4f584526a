"""The names of pages in a site's manifest, and of what a page may have read while it was made.

A page key says what the page is, never where it lies: an address may change, the key does not. A
dependency key says what was read. Both are short texts, because the manifest holds a million of them.
"""

from __future__ import annotations

from typing import Final, Literal
from uuid import UUID

PageKey = str
ReadKey = str

# Pages every site has once.
HOME: Final = "home"
TREE: Final = "tree"
ROBOTS: Final = "robots"
MISSING: Final = "missing"
GONE: Final = "gone"
NOTICE: Final = "notice"
SUCCESSOR: Final = "successor"
STYLE: Final = "style"
MAP_INDEX: Final = "map"
MAP_OF_COLUMNS: Final = "map:columns"
FIXED: Final = (HOME, TREE, ROBOTS, MISSING, GONE, NOTICE, SUCCESSOR, STYLE, MAP_INDEX, MAP_OF_COLUMNS)

FeedForm = Literal["atom", "rss"]
FEED_FORMS: Final[tuple[FeedForm, ...]] = ("atom", "rss")


def article_page(resource_id: UUID) -> PageKey:
    """The page of a resource, whatever its type."""
    return f"article:{resource_id.hex}"


def column_page(column_id: UUID, number: int = 0) -> PageKey:
    """A column's page one (0) or its numbered chunk."""
    return f"column:{column_id.hex}:{number}"


def feed_page(form: FeedForm, column_id: UUID) -> PageKey:
    """A column's feed in one of its forms."""
    return f"{form}:{column_id.hex}"


def map_page(month: str, shard: str = "") -> PageKey:
    """The part of the site map with the articles of one month ("2021/03"), or a shard of it."""
    return f"map:{month}:{shard}"


def verification_page(name: str) -> PageKey:
    """A file that a registrar wants at the site's root."""
    return f"verification:{name}"


def kind_of(key: PageKey) -> str:
    """What kind of page a key names."""
    return key.partition(":")[0]


def id_in(key: PageKey) -> UUID:
    """The id of the resource or column a key names."""
    return UUID(hex=key.split(":")[1])


def is_map_of_month(key: PageKey) -> bool:
    """Whether a key names a part of the site map with articles."""
    return key.count(":") > 1 and kind_of(key) == "map"


def part_in(key: PageKey) -> tuple[str, str]:
    """The month and the shard in the key of a part of the site map."""
    _, month, shard = key.split(":")
    return month, shard


def number_in(key: PageKey) -> int:
    """The chunk number in the key of a column page."""
    return int(key.rpartition(":")[2])


# What a page may read.
SITE_FRAME: Final[ReadKey] = "site"
COLUMN_TREE: Final[ReadKey] = "columns"
BLOCKS: Final[ReadKey] = "blocks"
NOTICES: Final[ReadKey] = "notices"
VERIFICATIONS: Final[ReadKey] = "verifications"
OLD_ADDRESSES: Final[ReadKey] = "old-addresses"


def reads_resource(resource_id: UUID) -> ReadKey:
    """The effective version, status and placements of a resource."""
    return f"r:{resource_id.hex}"


def reads_column(column_id: UUID) -> ReadKey:
    """A column's own elements and its frame."""
    return f"c:{column_id.hex}"


def reads_list(column_id: UUID) -> ReadKey:
    """The newest entries of a column, as many as are wanted."""
    return f"l:{column_id.hex}"


def reads_site(site_id: UUID) -> ReadKey:
    """The address of another site, for links to it."""
    return f"s:{site_id.hex}"


def reads_file(path: str) -> ReadKey:
    """A file the page carries: it stays in the tree as long as a page carries it."""
    return f"f:{path}"


def reads_outbound(digest: str) -> ReadKey:
    """A link that leads off government websites, by the digest of its target."""
    return f"o:{digest}"
