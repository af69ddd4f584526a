"""What a node with others behind it can be told to do besides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rongshu.accounts.queries import recorded_operator, viewer_for
from rongshu.federation.actions.keys import trust_endorsements
from rongshu.federation.queries.provenance import provenance_of
from rongshu.federation.tests.deeds import *  # noqa: F403 - a deed is found in the module by its name
from rongshu.library import catalogue
from rongshu.library.models import Resource
from rongshu.library.queries import metadata_sets


def trust(*, node: str) -> None:
    """Believe what a node says of the keys of those behind it."""
    trust_endorsements(actor=recorded_operator(), node=UUID(node))


def proven_by(*, id: str) -> list[str] | None:  # noqa: A002 - as the wire names it
    """Return the nodes in the chain from the origin to here; None where a link is broken."""
    found = provenance_of(viewer_for(recorded_operator()), UUID(id))
    return [str(link.node) for link in found.links if link.node] if found.is_proven else None


def described(*, id: str) -> dict[str, Any]:  # noqa: A002
    """Return the metadata sets of a resource, and its entry in the catalogue without our own dates."""
    version = Resource.objects.select_related("effective_version").get(pk=id).effective_version
    assert version is not None
    [entry] = catalogue.entries(Resource.objects.filter(pk=id))
    entry.pop("mdUpdate", None)
    return {"sets": metadata_sets(version), "catalogue": entry}
