"""Keeping what was typed: no version, no check of the elements, nothing lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.clock import now
from rongshu.library.permissions import may_write
from rongshu.library.sanitising import LARGEST_BODY
from rongshu.newsroom.editing_errors import DraftKeptElsewhere, DraftTooLarge
from rongshu.newsroom.models.drafting import Draft


def keep_draft(
    *, actor: Person, draft: Draft, values: Mapping[str, Any], body: str, revision: int, writer: str
) -> Draft:
    """Keep the form as it stands; raise `DraftKeptElsewhere` when another window kept it meanwhile.

    The page that kept last may always keep again: its requests can overtake one another.
    """
    if len(body) > LARGEST_BODY:
        raise DraftTooLarge
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(pk=draft.pk, person=actor)
        require(may_write(viewer_for(actor), draft.owner_id))
        if draft.revision != revision and draft.writer != writer:
            raise DraftKeptElsewhere
        if draft.values == values and draft.body == body:
            return draft
        draft.values, draft.body = dict(values), body
        draft.title = " ".join(str(values.get("Title", "")).split())[:200]
        draft.revision, draft.writer, draft.kept_at = draft.revision + 1, writer, now()
        draft.save(update_fields=["values", "body", "title", "revision", "writer", "kept_at"])
    return draft
