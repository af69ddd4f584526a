"""What of a resource may leave this node now: the facts its record will state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rongshu.federation.envelope import PURGED, UPSERT, WITHDRAWN, categories_of
from rongshu.federation.models import Change, ForeignResource
from rongshu.federation.queries.local import local_node
from rongshu.federation.signing.proofs import moment
from rongshu.library.models import Resource, ResourceVersion, ShareGrant, Tombstone
from rongshu.library.models.versions import ShareType
from rongshu.organizations.models import Organization

LEAVING = frozenset({ShareType.UNCONDITIONAL, ShareType.CONDITIONAL})


@dataclass(frozen=True, slots=True)
class FeedState:
    """How a resource stands in the feed; `facts` are None for a record that another node speaks of."""

    resource: Resource
    kind: str
    digest: str
    theme_code: str
    share_type: str
    grants: list[str]
    facts: dict[str, Any] | None
    foreign: ForeignResource | None = None


def states_of(resource_ids: Sequence[UUID], own_node: UUID) -> list[FeedState]:
    """Return the state of each resource that leaves, or that has a place in the feed already."""
    rows = Resource.objects.filter(pk__in=resource_ids).select_related(
        "type", "owner__region", "effective_version__publisher", "foreign", "federated_change"
    )
    resources = list(rows.order_by("pk").defer("effective_version__body"))
    grants, erased = _grants(resource_ids), _erased(resource_ids)
    found = [
        _foreign_state(resource, grants)
        if resource.origin_node != own_node
        else _own_state(resource, grants, erased[resource.pk])
        for resource in resources
    ]
    return [state for state in found if state is not None]


def _own_state(resource: Resource, grants: Mapping[UUID, list[str]], erased: list[str]) -> FeedState | None:
    version, change = resource.effective_version, _change_of(resource)
    leaves = version is not None and resource.share_type in LEAVING and resource.recycled_at is None
    if version is not None and leaves:
        facts = _facts(resource, version, erased)
        return FeedState(
            resource,
            UPSERT,
            version.digest,
            version.theme_code,
            resource.share_type,
            grants[resource.pk],
            facts,
        )
    if change is None:
        return None
    kind = PURGED if change.digest in erased or resource.status == Resource.Status.PURGED else WITHDRAWN
    if change.kind == PURGED:
        kind = PURGED
    facts = departed_facts(resource, kind, erased)
    return FeedState(
        resource, kind, change.digest, change.theme_code, change.share_type, grants[resource.pk], facts
    )


def _foreign_state(resource: Resource, grants: Mapping[UUID, list[str]]) -> FeedState | None:
    """Pass on what the origin said last, once it is in effect here; its word alone withdraws it elsewhere."""
    foreign: ForeignResource | None = getattr(resource, "foreign", None)
    if foreign is None:
        return None
    change, version = _change_of(resource), resource.effective_version
    is_in_effect = version is not None and version.digest == foreign.digest
    if foreign.kind == UPSERT and not is_in_effect:
        return None
    if foreign.kind != UPSERT and change is None:
        return None
    theme = version.theme_code if version is not None else (change.theme_code if change else "")
    return FeedState(
        resource, foreign.kind, foreign.digest, theme, resource.share_type, grants[resource.pk], None, foreign
    )


def _change_of(resource: Resource) -> Change | None:
    return getattr(resource, "federated_change", None)


def _facts(resource: Resource, version: ResourceVersion, erased: list[str]) -> dict[str, Any]:
    local = local_node()
    return {
        **_always(resource, UPSERT, erased),
        "publisher": {"code": version.publisher.credit_code, "name": version.publisher.name},
        "digest": version.digest,
        "number": version.number,
        "published_at": moment(resource.published_at) if resource.published_at else None,
        "index_number": resource.index_number or "",
        "validity": resource.validity,
        "url": f"{local.base_url}/-/federation/v1/pages/{resource.pk}" if local.base_url else "",
        "share": resource.share_type,
        "licence": local.licence,
        "categories": categories_of(resource.type.code, version.theme_code),
        "files": [
            {name: file[name] for name in ("digest", "name", "media_type", "size")}
            for file in version.attachments
        ],
    }


def departed_facts(resource: Resource, kind: str, erased: list[str]) -> dict[str, Any]:
    """Return what is still said of a resource that left the feed: whose it was, and that it is gone."""
    change = _change_of(resource)
    return {
        **_always(resource, kind, erased),
        "publisher": {"code": "", "name": ""},
        "digest": "",
        "number": 0,
        "published_at": None,
        "index_number": "",
        "validity": "",
        "url": "",
        "share": change.share_type if change else "",
        "licence": "",
        "categories": categories_of(resource.type.code, change.theme_code if change else ""),
        "files": [],
    }


def _always(resource: Resource, kind: str, erased: list[str]) -> dict[str, Any]:
    return {
        "id": str(resource.pk),
        "kind": kind,
        "owner": _owner(resource.owner),
        "type": resource.type.code,
        "purged": erased,
    }


def _owner(owner: Organization) -> dict[str, str]:
    return {
        "code": owner.credit_code,
        "name": owner.name,
        "level": owner.level,
        "kind": owner.kind,
        "region": owner.region.code,
        "region_name": owner.region.name,
    }


def _grants(resource_ids: Sequence[UUID]) -> Mapping[UUID, list[str]]:
    granted: dict[UUID, list[str]] = defaultdict(list)
    rows = ShareGrant.objects.filter(resource_id__in=resource_ids, revoked_at__isnull=True)
    for resource_id, organization_id in rows.order_by("organization_id").values_list(
        "resource_id", "organization_id"
    ):
        granted[resource_id].append(str(organization_id))
    return granted


def _erased(resource_ids: Sequence[UUID]) -> Mapping[UUID, list[str]]:
    erased: dict[UUID, list[str]] = defaultdict(list)
    rows = Tombstone.objects.filter(resource_id__in=resource_ids).order_by("purged_at", "id")
    for resource_id, version_digest in rows.values_list("resource_id", "version_digest"):
        erased[resource_id].append(version_digest)
    return erased
