"""Say which blocks a home page has, in which order, fed from which columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction

from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.events import announce
from rongshu.sites.errors import BlockMalformed
from rongshu.sites.events import BlocksChanged
from rongshu.sites.freezing import require_unfrozen
from rongshu.sites.models import Block, Column, Site
from rongshu.sites.permissions import may_arrange_site
from rongshu.sites.queries.columns import column_at

_KEY: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_Kind = Block.Kind
_FED: Final = frozenset(
    {_Kind.HEADLINE, _Kind.CAROUSEL, _Kind.COLUMN_LIST, _Kind.COLUMN_TABS, _Kind.POLICY_PAIRS, _Kind.TOPICS,
     _Kind.LEADERS}
)  # fmt: skip
_WIDTHS: Final = frozenset({"full", "two-thirds", "half", "third", "quarter", "three-quarters"})
_URL: Final = re.compile(r"(https?://\S{1,480}|/\S{0,490})")
MOST_BLOCKS: Final = 40


@dataclass(frozen=True, kw_only=True)
class BlockSetting:
    """One block as it is to be. `columns` are paths; `options` as the kind needs: links, groups, width …"""

    key: str
    kind: str
    title: str = ""
    columns: Sequence[str] = ()
    count: int = 6
    options: Mapping[str, Any] = field(default_factory=dict)
    is_active: bool = True


def change_blocks(*, actor: Actor, site: Site, blocks: Sequence[BlockSetting]) -> list[Block]:
    """Make the home page's blocks exactly these, in this order; others go."""
    _check(blocks)
    with transaction.atomic():
        site = Site.objects.select_for_update().get(pk=site.pk)
        require(may_arrange_site(viewer_for(actor), site))
        require_unfrozen(site)
        fed = {block.key: [column_at(site, path) for path in block.columns] for block in blocks}
        before = settings_of(site)
        if before == [_settings(block, fed[block.key]) for block in blocks]:
            return list(site.blocks.order_by("position"))
        site.blocks.exclude(key__in=[block.key for block in blocks]).delete()
        rows = [_write(site, position, block, fed[block.key]) for position, block in enumerate(blocks)]
        record(actor, "blocks.changed", site, keys=[block.key for block in blocks])
        announce(BlocksChanged(site_id=site.id), actor_id=actor.id)
    return rows


def settings_of(site: Site) -> list[dict[str, Any]]:
    """Return the present blocks in their order, in the form that tells whether anything would change."""
    blocks = Block.objects.filter(site=site).order_by("position", "key").prefetch_related("columns")
    return [_settings(block, block.columns.all()) for block in blocks]


def _settings(block: Block | BlockSetting, columns: Iterable[Column]) -> dict[str, Any]:
    plain = {name: getattr(block, name) for name in ("key", "kind", "title", "count", "is_active")}
    return {**plain, "options": dict(block.options), "columns": {column.id for column in columns}}


def _write(site: Site, position: int, block: BlockSetting, columns: Sequence[Column]) -> Block:
    row, _ = Block.objects.update_or_create(
        site=site,
        key=block.key,
        defaults={
            "kind": block.kind,
            "title": block.title,
            "count": block.count,
            "options": dict(block.options),
            "position": position,
            "is_active": block.is_active,
        },
    )
    row.columns.set(columns)
    return row


def _check(blocks: Sequence[BlockSetting]) -> None:
    keys = [block.key for block in blocks]
    repeated = sorted({key for key in keys if keys.count(key) > 1})
    if repeated:
        raise BlockMalformed(f"区块代号重复：{'、'.join(repeated)}。", fields=dict.fromkeys(repeated, "重复"))
    if len(blocks) > MOST_BLOCKS:
        raise BlockMalformed(f"首页区块不得超过 {MOST_BLOCKS} 个。")
    wrong = {f"blocks.{block.key}": problem for block in blocks if (problem := _problem(block))}
    if wrong:
        sentences = "；".join(
            f"区块“{key.removeprefix('blocks.')}”{problem}" for key, problem in wrong.items()
        )
        raise BlockMalformed(sentences + "。", fields=wrong)


def _problem(block: BlockSetting) -> str:
    """Return the first thing wrong with a block, in Chinese, or nothing."""
    return next(_problems(block), "")


def _problems(block: BlockSetting) -> Iterator[str]:
    if not _KEY.fullmatch(block.key):
        yield "的代号须为小写字母、数字或连字符"
    if block.kind not in Block.Kind.values:
        yield f"的类型须为 {'、'.join(Block.Kind.values)} 之一"
    if block.kind in _FED and not block.columns:
        yield "须指明栏目"
    if not 1 <= block.count <= 50:
        yield "的条数须为 1–50"
    if len(block.title) > 60:
        yield "的标题不得超过 60 字"
    if block.options.get("width", "full") not in _WIDTHS:
        yield f"的宽度须为 {'、'.join(sorted(_WIDTHS))} 之一"
    if not all(_is_link(link) for link in _links(block.options)):
        yield "中的链接须有名称和网址（http(s):// 或以 / 开头）"


def _links(options: Mapping[str, Any]) -> Iterator[object]:
    yield from options.get("links", ())
    for group in (*options.get("groups", ()), *options.get("entries", ())):
        yield from group.get("links", ()) if isinstance(group, Mapping) else [group]
    yield from options.get("entries", ())


def _is_link(link: object) -> bool:
    if not isinstance(link, Mapping):
        return False
    return bool(link.get("name")) and _URL.fullmatch(str(link.get("url", ""))) is not None
