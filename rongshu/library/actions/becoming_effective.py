"""Making versions effective: what one approval and the approval of a batch have in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_date

from rongshu.foundation import clock
from rongshu.foundation.bulk_rows import update_rows
from rongshu.foundation.events import announce_many
from rongshu.foundation.identifiers import short_id
from rongshu.foundation.installation import node_id
from rongshu.library.actions.changing_validity import facts_of, plan_changes
from rongshu.library.actions.following_relations import link_interpretations, refresh_targets
from rongshu.library.events import ResourceBecameEffective
from rongshu.library.index_numbers import allocate
from rongshu.library.models import Approval, Resource, ResourceVersion
from rongshu.library.models.versions import OpenType


@dataclass(frozen=True, slots=True)
class Becoming:
    """A version about to become what readers of its resource see; `is_first` when nothing was before."""

    resource: Resource
    version: ResourceVersion
    is_first: bool


def make_effective(
    pairs: Sequence[tuple[Resource, ResourceVersion]], *, approval: Approval, actor_id: UUID | None
) -> list[Becoming]:
    """Make each version the effective one of its locked resource, in the caller's transaction.

    Gives publication date, address and index number to those that have none yet, sets the dates of documents,
    and announces. Resources come with `type` and `owner` loaded.
    """
    now = clock.now()
    becoming = [Becoming(resource, version, resource.published_at is None) for resource, version in pairs]
    for each in becoming:
        _set_times(each, now)
        _set_state(each, approval)
    _give_addresses([each.resource for each in becoming if each.resource.address is None])
    own_node = node_id()
    _give_index_numbers([each for each in becoming if _needs_index_number(each, own_node)])
    for each in becoming:
        if each.resource.type.is_document:
            _set_document_facts(each)
    _write(becoming)
    announce_many([_event(each) for each in becoming], actor_id=actor_id)
    refresh_targets([each.resource.pk for each in becoming if each.resource.type.is_document])
    interpretations = [each.version for each in becoming if "PolicyRef" in each.version.elements]
    link_interpretations(interpretations, actor_id)
    return becoming


def _set_times(each: Becoming, now: datetime) -> None:
    resource, version = each.resource, each.version
    if version.given_published_at is not None:
        resource.published_at = version.given_published_at
        resource.published_precision = version.given_published_precision
    elif resource.published_at is None:
        resource.published_at = now.replace(second=0, microsecond=0)
    assert resource.published_at is not None  # noqa: S101 - set just now
    # ModDate ≥ PubDate (metadata.md 7.4); what comes with its own date was not changed by being migrated.
    resource.modified_at = resource.published_at if each.is_first else max(now, resource.published_at)


def _set_state(each: Becoming, approval: Approval) -> None:
    resource, version = each.resource, each.version
    resource.effective_version, resource.effective_approval = version, approval
    resource.status = Resource.Status.EFFECTIVE
    resource.share_type = version.share_type
    version.became_effective_at = version.became_effective_at or clock.now()
    if resource.working_version_id is None:
        resource.working_version = version


def _give_addresses(resources: Sequence[Resource]) -> None:
    """Year and month of the first publication date, and a short id; never changed afterwards."""
    waiting, attempt = list(resources), 0
    given: set[str] = set()
    while waiting:
        wanted = {each.pk: _address(each, attempt) for each in waiting}
        taken = set(Resource.objects.filter(address__in=wanted.values()).values_list("address", flat=True))
        again = []
        for each in waiting:
            address = wanted[each.pk]
            if address in taken or address in given:
                again.append(each)
                continue
            given.add(address)
            each.address = address
        waiting, attempt = again, attempt + 1


def _address(resource: Resource, attempt: int) -> str:
    assert resource.published_at is not None  # noqa: S101 - set before
    return f"{timezone.localtime(resource.published_at):%Y/%m}/{short_id(resource.pk, attempt=attempt)}"


def _needs_index_number(each: Becoming, own_node: UUID) -> bool:
    # Only the node that owns the organisation allocates; the others carry the number along.
    is_open = each.version.open_type == OpenType.PROACTIVE
    return is_open and each.resource.index_number is None and each.resource.origin_node == own_node


def _give_index_numbers(becoming: Sequence[Becoming]) -> None:
    by_unit_year: Mapping[tuple[UUID, int], list[Resource]] = _grouped(becoming)
    # A fixed order of units and years: two transactions that need the same counters can't deadlock.
    for (_, year), resources in sorted(by_unit_year.items(), key=lambda item: (str(item[0][0]), item[0][1])):
        numbers = allocate(resources[0].owner, year, len(resources))
        for resource, number in zip(resources, numbers, strict=True):
            resource.index_number = number


def _grouped(becoming: Sequence[Becoming]) -> dict[tuple[UUID, int], list[Resource]]:
    groups: dict[tuple[UUID, int], list[Resource]] = defaultdict(list)
    for each in becoming:
        assert each.resource.published_at is not None  # noqa: S101 - set before
        year = timezone.localtime(each.resource.published_at).year
        groups[each.resource.owner_id, year].append(each.resource)
    return groups


def _set_document_facts(each: Becoming) -> None:
    resource, elements = each.resource, each.version.elements
    resource.effective_on = _date(elements, "EffectiveDate") or resource.effective_on
    resource.expires_on = _date(elements, "ExpireDate") or resource.expires_on
    resource.abolished_on = _date(elements, "AbolishDate") or resource.abolished_on
    facts = facts_of(resource, str(elements.get("Aging", "")))
    resource.validity = facts.on(clock.today())
    plan_changes(resource, facts)


def _date(elements: Mapping[str, Any], name: str) -> Any:
    value = elements.get(name)
    return parse_date(value) if isinstance(value, str) else None


_WRITTEN: tuple[str, ...] = (
    "effective_version", "effective_approval", "working_version", "status", "share_type", "published_at",
    "published_precision", "modified_at", "address", "index_number", "validity", "effective_on", "expires_on",
    "abolished_on",
)  # fmt: skip


def _write(becoming: Sequence[Becoming]) -> None:
    update_rows([each.version for each in becoming], ("became_effective_at",))
    update_rows([each.resource for each in becoming], _WRITTEN)


def _event(each: Becoming) -> ResourceBecameEffective:
    return ResourceBecameEffective(
        resource_id=each.resource.pk,
        version_id=each.version.pk,
        is_first=each.is_first,
        type_code=each.resource.type.code,
    )
