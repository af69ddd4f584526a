"""What a node holds, shows and has confirmed: read for the drill's accounts, changing nothing."""

from __future__ import annotations

import time
from hashlib import sha256
from typing import Any, Final

from django.db.models import Count

from rongshu.accounts.models import Person
from rongshu.federation.models import (
    Delivery,
    Message,
    Offer,
    Partner,
    Quarantined,
    Receipt,
    Report,
)
from rongshu.federation.queries.proving import proofs_verified
from rongshu.foundation import work
from rongshu.foundation.installation import node_id
from rongshu.foundation.progress import progress
from rongshu.library.models import Resource, ResourceVersion
from rongshu.sites.models import Placement

Answer = Any
_BREATH: Final = 0.1  # seconds between two looks


def node(_: Person) -> Answer:
    """Answer the node's id."""
    return str(node_id())


def own(_: Person, *, count: int, skip: int = 0) -> Answer:
    """Answer the ids of effective resources that were made here."""
    rows = Resource.objects.filter(origin_node=node_id(), effective_version__isnull=False).order_by("id")
    return [str(pk) for pk in rows.values_list("pk", flat=True)[skip : skip + count]]


def effective_counts(_: Person) -> Answer:
    """Answer by origin how much is effective here."""
    rows = Resource.objects.filter(effective_version__isnull=False).order_by()
    return {str(node): count for node, count in rows.values_list("origin_node").annotate(Count("pk"))}


def holdings(_: Person) -> Answer:
    """Answer by origin how much is effective here, and a digest over ids and digests of versions."""
    rows = Resource.objects.filter(effective_version__isnull=False).order_by("origin_node", "id")
    found = rows.values_list("origin_node", "id", "effective_version__digest")
    sums: dict[str, tuple[int, Any]] = {}
    for origin, pk, digest in found.iterator(chunk_size=5000):
        count, state = sums.get(str(origin), (0, sha256()))
        state.update(f"{pk} {digest}\n".encode())
        sums[str(origin)] = (count + 1, state)
    return {origin: {"count": count, "digest": state.hexdigest()} for origin, (count, state) in sums.items()}


def held_by_owner(_: Person) -> Answer:
    """Answer by credit code how many resources made here stand in the library and are not recalled.

    What the inspection holds back from its batch's approval is among them: it waits there for a person.
    """
    recalled = (Resource.Status.WITHDRAWN, Resource.Status.PURGED)
    rows = Resource.objects.filter(origin_node=node_id()).exclude(status__in=recalled).order_by()
    return dict(rows.values_list("owner__credit_code").annotate(Count("pk")))


def watch(_: Person, *, wanted: dict[str, str | None], seconds: float) -> Answer:
    """Wait until each resource bears its title here, or (null) is not effective; answer when, or null."""
    until, seen = time.time() + seconds, dict.fromkeys(wanted, 0.0)
    while time.time() < until:
        missing = [each for each, at in seen.items() if not at]
        now = _titles(missing)
        seen |= {each: time.time() for each in missing if now.get(each) == wanted[each]}
        if all(seen.values()):
            break
        time.sleep(_BREATH)
    return {each: at or None for each, at in seen.items()}


def titles(_: Person, *, ids: list[str]) -> Answer:
    """Answer of each resource its title here, null where it is not effective (or not known)."""
    found = _titles(ids)
    return {each: found.get(each) for each in ids}


def _titles(ids: list[str]) -> dict[str, str]:
    rows = Resource.objects.filter(pk__in=ids, effective_version__isnull=False)
    return {str(pk): title for pk, title in rows.values_list("pk", "effective_version__title")}


def pages_of(_: Person, *, ids: list[str]) -> Answer:
    """Answer of each resource its pages here, as [host label, path]."""
    rows = Placement.objects.filter(resource_id__in=ids, resource__address__isnull=False)
    found = rows.values_list("resource_id", "column__site__slug", "resource__address").distinct()
    pages: dict[str, list[list[str]]] = {each: [] for each in ids}
    for pk, slug, address in found:
        pages[str(pk)].append([slug, f"/a/{address}.html"])
    return pages


def standing(_: Person) -> Answer:
    """Answer how far this node is behind each neighbour, what waits to be sent, and what is in quarantine."""
    partners = Partner.objects.order_by("base_url")
    return {
        "behind": {str(each.pk): each.lag for each in partners},
        "never_asked": [str(each.pk) for each in partners if each.epoch is None],
        "waiting": Message.objects.filter(
            direction=Message.Direction.OUT,
            status__in=[Message.Status.WAITING, Message.Status.FAILED],  # the failed ones will be tried again
        ).count(),
        "quarantined": Quarantined.objects.filter(state=Quarantined.State.WAITING).count(),
        "undecided": Delivery.objects.exclude(state=Delivery.State.DONE).count(),
    }


def unfinished(_: Person) -> Answer:
    """Answer how many events and how much work this node has still to do."""
    now = progress()
    return now.unnumbered + sum(now.lags.values()) + work.available_count()


def errands(_: Person) -> Answer:
    """Answer of what this node proposed: how many in each state."""
    return {
        name: {
            str(state): model.objects.filter(direction=model.Direction.OUT, state=state).count()
            for state in model.State.values
        }
        for name, model in (("reports", Report), ("offers", Offer))
    }


def receipts(_: Person, *, ids: list[str]) -> Answer:
    """Answer of each resource which nodes confirmed that it left them."""
    rows = Receipt.objects.filter(resource_id__in=ids, kind=Receipt.Kind.WITHDRAWN)
    found: dict[str, list[str]] = {each: [] for each in ids}
    for resource_id, node in rows.values_list("resource_id", "node"):
        found[str(resource_id)].append(str(node))
    return found


def met(_: Person, *, ids: list[str]) -> Answer:
    """Answer which of these ever came here: the recall of anything else is not confirmed."""
    rows = ResourceVersion.objects.filter(resource_id__in=ids)
    return sorted({str(pk) for pk in rows.values_list("resource_id", flat=True)})


def prove(_: Person, *, every: int = 1) -> Answer:
    """Verify the signatures of foreign records here, of one in `every`; answer how many, and what failed."""
    proven = proofs_verified(every=every)
    return {"checked": proven.checked, "broken": [f"{pk} {code}" for pk, code in proven.broken]}
