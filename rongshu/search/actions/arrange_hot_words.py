"""Place hot words by hand, or keep a word off the pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import record
from rongshu.search.errors import TooManyHotWords
from rongshu.search.models import HotWord
from rongshu.search.permissions import may_arrange_hot_words
from rongshu.sites.models import Site

MOST_PLACED: Final = 8
_MOST_HIDDEN: Final = 500
_LONGEST: Final = 30


def arrange_hot_words(*, actor: Person, site: Site, shown: Sequence[str], hidden: Sequence[str]) -> None:
    """Say which words a site shows first and which it never shows; the rest comes from what is asked."""
    placed, kept_off = _words(shown), _words(hidden)
    with transaction.atomic():
        locked = Site.objects.select_for_update().get(pk=site.pk)
        require(may_arrange_hot_words(viewer_for(actor), locked))
        if len(placed) > MOST_PLACED or len(kept_off) > _MOST_HIDDEN:
            raise TooManyHotWords(fields={"shown" if len(placed) > MOST_PLACED else "hidden": "词太多"})
        HotWord.objects.filter(site=locked).delete()
        HotWord.objects.bulk_create(
            HotWord(site=locked, text=text, is_hidden=is_hidden, position=place, person=actor)
            for is_hidden, texts in (
                (False, [one for one in placed if one not in kept_off]),
                (True, kept_off),
            )
            for place, text in enumerate(texts)
        )
        record(actor, "search.hot-words-arranged", locked, shown=list(placed), hidden=list(kept_off))


def _words(texts: Sequence[str]) -> tuple[str, ...]:
    cleaned = (" ".join(text.split())[:_LONGEST] for text in texts)
    return tuple(dict.fromkeys(text for text in cleaned if text))
