"""Have the index made anew beside the one that serves."""

from __future__ import annotations

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation import work
from rongshu.foundation.audit import record
from rongshu.foundation.models import Installation
from rongshu.search.indexing.planning import rebuild_request
from rongshu.search.permissions import may_rebuild_index


def ask_for_rebuild(*, actor: Person, reason: str) -> None:
    """Ask the indexer for a new generation; readers keep the present one until it is whole."""
    with transaction.atomic():
        require(may_rebuild_index(viewer_for(actor)))
        installation = Installation.objects.select_for_update().get()
        work.enqueue([rebuild_request(reason or "人工要求")])
        record(actor, "search.rebuild-asked", installation, reason=reason)
