"""Reading a partner's keys as soon as any of its answers says that they have changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

import structlog

from rongshu.federation.actions.keys import learn_keys
from rongshu.federation.errors import BatchMalformed
from rongshu.federation.models import NodeTrust
from rongshu.federation.trusting import KEYS_TAG
from rongshu.foundation.prepared import Prepared

log = structlog.get_logger("rongshu.federation")
KEYS_PATH: Final = "/keys"
_READ: Final = Prepared(
    lambda node, tag: NodeTrust.objects.filter(node=node, keys_tag=tag).values_list("keys_tag")
)


def learn_if_changed(node: UUID, headers: Mapping[str, str], read: Callable[[], Any]) -> None:
    """Learn what a node publishes of keys when the tag of an answer is not the one read last.

    `read` fetches its `/keys`. Only for answers whose signature holds: the tag is signed.
    """
    tag = headers.get(KEYS_TAG.lower(), "")[:80]
    if not tag or _READ.rows(node, tag):
        return
    published = read()
    if not isinstance(published, Mapping):
        raise BatchMalformed
    learned = learn_keys(source=node, published=published, tag=tag)
    log.info(
        "federation.keys-learned",
        node=str(node),
        added=[row.key_id for row in learned.added],
        revoked=[row.key_id for row in learned.revoked],
        refused=list(learned.refused),
    )
