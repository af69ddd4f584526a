"""Where a resource comes from, link by link, each signature verified again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson

from rongshu.accounts.viewers import Viewer
from rongshu.federation.envelope import UPSERT, statement_of
from rongshu.federation.models import Change, ForeignResource, Partner
from rongshu.federation.queries.keys import keyring
from rongshu.federation.signing.errors import SignatureRefused
from rongshu.federation.signing.proofs import Proof, check_proof
from rongshu.foundation.canonical_json import digest
from rongshu.foundation.errors import RongshuError
from rongshu.foundation.installation import node_id, this_installation
from rongshu.library.models import Resource, ResourceVersion
from rongshu.library.queries.origin_fields import origin_fields_of
from rongshu.library.queries.visibility import get_resource_for


class Verdict(StrEnum):
    """What is known of a link."""

    PROVEN = "proven"
    BROKEN = "broken"
    TOLD = "told"
    """Said by the node it came from, signed by no one else."""


@dataclass(frozen=True)
class Link:
    """One link of the chain: what a node did, when, whether that is proven; `problem` is a stable code."""

    deed: str
    node: UUID
    name: str
    at: datetime | None
    verdict: Verdict
    key_id: str = ""
    problem: str = ""
    sentence: str = ""


@dataclass(frozen=True)
class Provenance:
    """The chain from the origin to here; `is_proven` when no link is broken."""

    resource_id: UUID
    title: str
    links: tuple[Link, ...]

    @property
    def is_proven(self) -> bool:
        """Whether origin and content are proven."""
        return bool(self.links) and all(link.verdict != Verdict.BROKEN for link in self.links)


def provenance_of(viewer: Viewer, resource_id: UUID) -> Provenance:
    """Return the chain of a resource the viewer may see; raise `NotFound`."""
    resource = get_resource_for(viewer, resource_id)
    version = resource.effective_version
    foreign = ForeignResource.objects.select_related("partner").filter(pk=resource.pk).first()
    links = _foreign_links(resource, foreign) if foreign else _own_links(resource)
    return Provenance(resource.pk, version.title if version else "", tuple(links))


def _own_links(resource: Resource) -> Iterator[Link]:
    change = Change.objects.filter(pk=resource.pk).first()
    own = this_installation()
    if change is None or not change.record:
        yield Link("本节点制作，没有对外提供", own.node_id, own.name, None, Verdict.TOLD)
        return
    yield _signed(own.name, orjson.loads(change.record), orjson.loads(change.proof), None)
    yield from _content_link(resource, orjson.loads(change.record), own.name)


def _foreign_links(resource: Resource, foreign: ForeignResource) -> Iterator[Link]:
    names = {partner.pk: partner.name for partner in Partner.objects.all()}
    origin = foreign.origin_node
    name = names.get(origin, foreign.header.get("owner", {}).get("region_name", ""))
    # It was verified when it came: that is when this node saw it, whatever became of the key since.
    yield _signed(name, foreign.header, foreign.proof or {}, foreign.received_at)
    yield from _content_link(resource, foreign.header, name)
    for passed in map(UUID, foreign.via):
        yield Link("经过", passed, names.get(passed, ""), None, Verdict.TOLD)
    partner = foreign.partner
    yield Link(
        "送达本节点，消息签名当时已验证", partner.pk, partner.name, foreign.received_at, Verdict.PROVEN
    )
    yield Link("本节点收入", node_id(), this_installation().name, foreign.received_at, Verdict.PROVEN)


def _signed(name: str, record: dict[str, Any], proof: dict[str, Any], seen_at: datetime | None) -> Link:
    said = statement_of(record)
    try:
        by = check_proof(said, Proof.of_json(proof), keyring(), witnessed_at=seen_at)
    except SignatureRefused as refusal:
        return Link(
            "来源节点签署", said.node, name, said.at, Verdict.BROKEN, "", refusal.code, refusal.message
        )
    return Link("来源节点签署", said.node, name, by.at, Verdict.PROVEN, by.key_id)


def _content_link(resource: Resource, record: dict[str, Any], name: str) -> Iterator[Link]:
    """Digest the content that is in effect here, and compare it with what the origin signed."""
    version = (
        ResourceVersion.objects.select_related("resource__type", "resource__owner", "publisher")
        .filter(effective_of=resource.pk)
        .first()
    )
    if version is None or record["kind"] != UPSERT:
        return
    origin = UUID(record["origin"]["node"])
    try:
        found = digest(origin_fields_of(version))
    except RongshuError as error:
        yield Link("内容", origin, name, None, Verdict.BROKEN, "", error.code, error.message)
        return
    if found == record["digest"]:
        yield Link("内容与来源所签一致", origin, name, None, Verdict.PROVEN)
    else:
        sentence = "生效的内容与来源最新签署的不是同一版本，可能正在等待审批，或已被改动。"
        yield Link("内容", origin, name, None, Verdict.BROKEN, "", "content-differs", sentence)
