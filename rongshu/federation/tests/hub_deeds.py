"""What a node with others behind it can be told to do besides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rongshu.accounts.queries import recorded_operator, viewer_for
from rongshu.federation.actions.ask_uses import ask_uses as ask_for_uses
from rongshu.federation.actions.keys import trust_endorsements
from rongshu.federation.models import Partner, UseElsewhere
from rongshu.federation.queries.provenance import provenance_of
from rongshu.federation.tests.deeds import *  # noqa: F403 - a deed is found in the module by its name
from rongshu.federation.tests.deeds import _news
from rongshu.library import catalogue
from rongshu.library.models import Resource
from rongshu.library.queries import metadata_sets
from rongshu.sites.actions.place_resource import place_resource


def trust(*, node: str) -> None:
    """Believe what a node says of the keys of those behind it."""
    trust_endorsements(actor=recorded_operator(), node=UUID(node))


def proven_by(*, id: str) -> list[str] | None:  # noqa: A002 - as the wire names it
    """Return the nodes in the chain from the origin to here; None where a link is broken."""
    found = provenance_of(viewer_for(recorded_operator()), UUID(id))
    return [str(link.node) for link in found.links if link.node] if found.is_proven else None


def use(*, id: str) -> None:  # noqa: A002
    """Let a record stand in the column of news."""
    resource = Resource.objects.get(pk=id)
    place_resource(actor=recorded_operator(), resource=resource, column=_news(), approve=True)


def ask_uses(*, node: str) -> int:
    """Ask a partner where it shows what came from here."""
    return ask_for_uses(Partner.objects.get(pk=node))


def uses_elsewhere(*, id: str) -> list[str]:  # noqa: A002
    """Return the nodes that told that they show a resource."""
    rows = UseElsewhere.objects.filter(resource_id=id)
    return [str(node) for node in rows.values_list("node", flat=True)]


def described(*, id: str) -> dict[str, Any]:  # noqa: A002
    """Return the metadata sets of a resource, and its entry in the catalogue without our own dates."""
    version = Resource.objects.select_related("effective_version").get(pk=id).effective_version
    assert version is not None
    [entry] = catalogue.entries(Resource.objects.filter(pk=id))
    entry.pop("mdUpdate", None)
    return {"sets": metadata_sets(version), "catalogue": entry}
