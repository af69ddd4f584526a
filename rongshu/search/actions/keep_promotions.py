"""Put a page or a document first for some queries, or keep a document away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from django.db import transaction
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import record
from rongshu.search.analysis import normalise
from rongshu.search.errors import VocabularyMalformed
from rongshu.search.models import Promotion
from rongshu.search.permissions import may_manage_vocabulary
from rongshu.sites.models import Site

_MOST_QUERIES: Final = 50
_LONGEST_QUERY: Final = 60


@dataclass(frozen=True, kw_only=True)
class PromotionWish:
    """What an editor wants. `document`: id in the index, of what is pinned or blocked."""

    kind: str
    queries: Sequence[str] = ()
    document: str = ""
    title: str = ""
    url: str = ""
    text: str = ""
    position: int = 0
    begins_on: date | None = None
    ends_on: date | None = None
    note: str = ""


def keep_promotion(
    *, actor: Person, wish: PromotionWish, site: Site | None = None, promotion: Promotion | None = None
) -> Promotion:
    """Add a promotion, or change one; that of a site stays the site's."""
    queries = _checked(wish)
    with transaction.atomic():
        row = Promotion.objects.select_for_update().get(pk=promotion.pk) if promotion else None
        place = row.site if row else site
        require(may_manage_vocabulary(viewer_for(actor), place))
        before = _as_text(row) if row else ""
        row = row or Promotion(site=place)
        for name, value in {**asdict(wish), "queries": queries}.items():
            setattr(row, name, value)
        row.person, row.changed_at = actor, timezone.now()
        row.save()
        record(actor, "search.promotion-kept", row, was=before, now=_as_text(row))
    return row


def checked_promotion(wish: PromotionWish, site: Site | None = None) -> Promotion:
    """Return a promotion that is not kept, to try its effect: as if its days had come."""
    given = {**asdict(wish), "queries": _checked(wish), "begins_on": None, "ends_on": None}
    return Promotion(site=site, **given)


def remove_promotion(*, actor: Person, promotion: Promotion) -> None:
    """Remove a promotion; the audit log still says what it was."""
    with transaction.atomic():
        row = Promotion.objects.select_for_update().get(pk=promotion.pk)
        require(may_manage_vocabulary(viewer_for(actor), row.site))
        record(actor, "search.promotion-removed", row, was=_as_text(row))
        row.delete()


def _checked(wish: PromotionWish) -> list[str]:
    kind = Promotion.Kind
    queries = list(dict.fromkeys(" ".join(normalise(one).split()) for one in wish.queries if one.strip()))
    wrong: dict[str, str] = {}
    if wish.kind not in kind.values:
        wrong["kind"] = "请选择类别。"
    if len(queries) > _MOST_QUERIES or any(len(one) > _LONGEST_QUERY for one in queries):
        wrong["queries"] = f"最多 {_MOST_QUERIES} 个检索词，每个最多 {_LONGEST_QUERY} 个字。"
    elif not queries and wish.kind != kind.BLOCK:
        wrong["queries"] = "请填写对哪些检索词有效。"
    if wish.kind == kind.BEST_BET:
        wrong |= _wrong_page(wish)
    elif not wish.document:
        wrong["document"] = "请选择文档。"
    if wish.begins_on and wish.ends_on and wish.ends_on < wish.begins_on:
        wrong["ends_on"] = "结束日期不能早于开始日期。"
    if wrong:
        raise VocabularyMalformed(fields=wrong)
    return queries


def _wrong_page(wish: PromotionWish) -> dict[str, str]:
    wrong = {} if wish.title.strip() else {"title": "请填写标题。"}
    # Nothing but an address of a page: no script can hide in it.
    is_address = wish.url.startswith(("https://", "http://")) or (
        wish.url.startswith("/") and not wish.url.startswith("//")
    )
    return wrong if is_address else {**wrong, "url": "请填写以 https:// 或 / 开头的地址。"}


def _as_text(row: Promotion) -> str:
    return f"{row.kind}: {'、'.join(row.queries) or '*'} → {row.document or row.url}"
