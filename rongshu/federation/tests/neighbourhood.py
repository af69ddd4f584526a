"""A node with records to give, and a neighbour that holds a key of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.db import transaction
from django.test import Client, override_settings

from rongshu.federation.actions.keep_feed import keep_feed
from rongshu.federation.actions.keys import pin_key
from rongshu.federation.conformance.asking import Asker, Reply
from rongshu.federation.models import ForeignResource, Partner, PartnerCategory
from rongshu.federation.signing.keys import SigningKey
from rongshu.federation.signing.messages import Asked
from rongshu.foundation.consumers import advance_all
from rongshu.foundation.identifiers import new_id
from rongshu.foundation.sequencer import number_events
from rongshu.library.actions.withdraw_resource import withdraw_resource
from rongshu.library.models import Resource, SourceApp
from rongshu.publishing.tests.world import World, make_world

ORIGINAL = "https://node.shili.localhost/-/federation/v1/pages/1"
"""The page of a foreign resource at its origin."""
Door = Callable[[str, str, Mapping[str, str], bytes], Reply]


@contextmanager
def standing_world(folder: Path) -> Iterator[World]:
    """Make a province once for many tests: each of them takes back what it did to it."""
    folders = {
        "DATA_FOLDER": folder,
        "STORE_FOLDER": folder / "store",
        "PUBLISHED_FOLDER": folder / "www",
        "MANIFEST_FOLDER": folder / "manifests",
    }
    with override_settings(DEMONSTRATION=True, FEDERATION_KEY="", **folders), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


def this_node(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
    """Ask this node as over the network: through its addresses, middleware and views."""
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    fields = {name: value for name, value in headers.items() if name.lower() != "content-type"}
    kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    answer = Client(raise_request_exception=False).generic(
        method, path, body, content_type=kind or "application/octet-stream", headers=fields
    )
    content = b"".join(answer) if answer.streaming else answer.content
    told = {name.lower(): value for name, value in answer.headers.items()}
    return Reply(answer.status_code, told, content, Asked(method, url, headers))


@dataclass
class Neighbour:
    """Another node as this one knows it: a partner, and the key it signs with."""

    node: UUID
    key: SigningKey
    partner: Partner

    def asker(self, door: Door = this_node) -> Asker:
        """Return the neighbour as one that asks."""
        return Asker("http://node.localhost", door, self.key)


def neighbour_of(world: World, *, categories: tuple[str, ...] = ("*",), **elements: Any) -> Neighbour:
    """Register a neighbour: pinned key, granted categories."""
    node = uuid4()
    key = SigningKey.generate(node)
    given: dict[str, Any] = {
        "name": "示范市",
        "base_url": f"http://{node.hex[:8]}.localhost",
        "role": "city",
        "relation": "below",
        "organization": world.library.government,
        "steward": world.library.reviewer,
        **elements,
    }
    partner = Partner.objects.create(id=node, **given)
    for direction in PartnerCategory.Direction.values:
        for category in categories:
            PartnerCategory.objects.create(partner=partner, direction=direction, category=category)
    pin_key(actor=world.operator, node=node, jwk=key.signer.public_jwk(), fingerprint=key.key_id)
    return Neighbour(node, key, partner)


def fill_feed(world: World, count: int = 8) -> None:
    """Give the node records: open ones, and one that was withdrawn."""
    resources = [world.effective(share_type="unconditional") for _ in range(count)]
    follow_events()
    withdraw_resource(actor=world.library.reviewer, resource=resources[0], reason="示范撤回")
    follow_events()


def follow_events() -> None:
    """Carry what happened into the feed."""
    while number_events() or advance_all() or keep_feed():
        pass


def foreign_article(world: World, partner: Partner, **elements: Any) -> Resource:
    """A resource of 示例市 that stands on the portal."""
    SourceApp.objects.get_or_create(code="federation", defaults={"name": "资源联通", "adapter": "federation"})
    given: dict[str, Any] = {"origin_node": partner.pk, "origin_version": 3}
    resource = world.article(world.news, id=new_id(), source_app="federation", **given, **elements)
    header = {"owner": {"name": "示例市教育局", "code": "", "region": ""}, "url": ORIGINAL}
    ForeignResource.objects.create(
        resource=resource, kind="upsert", digest="", partner=partner, header=header, **given
    )
    return resource
