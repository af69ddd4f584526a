"""What editors of a node do: write, edit, recall."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from rongshu.accounts.models import Person
from rongshu.foundation import clock
from rongshu.library.actions.admit import admit
from rongshu.library.actions.approve_version import approve_version
from rongshu.library.actions.revise_resource import revise_resource
from rongshu.library.actions.withdraw_resource import withdraw_resource
from rongshu.library.gate.records import IncomingRecord
from rongshu.library.models import Resource, ResourceVersion
from rongshu.library.queries.revision import revision_of
from rongshu.sites.actions.place_resource import place_resource
from rongshu.sites.models import Site
from rongshu.sites.queries.columns import column_at

Answer = Any


def write(operator: Person, *, title: str, body: str, theme: str, column: str = "/news/notices") -> Answer:
    """Write an article of the node's own portal, approve and place it; answer its id."""
    site = Site.objects.select_related("sponsor").order_by("created_at")[0]
    record = IncomingRecord(
        type_code="article",
        owner=site.sponsor,
        title=title,
        body_html=f"<p>{body}</p>",
        content_source=site.sponsor.name,
        theme_code=theme,
        given_published_at=clock.now(),
        source_app="demonstration",
    )
    admission = admit(actor=operator, record=record)
    if admission.version_id is None:
        raise RuntimeError(f"{title}: {[error.message for error in admission.errors]}")
    version = ResourceVersion.objects.select_related("resource").get(pk=admission.version_id)
    resource = approve_version(actor=operator, version=version, comment="演练").resource
    place_resource(actor=operator, resource=resource, column=column_at(site, column), approve=True)
    return {"id": str(resource.pk), "at": time.time()}


def edit(operator: Person, *, id: str, title: str) -> Answer:  # noqa: A002 - the word of the deed
    """Give a resource another title, approved."""
    resource = Resource.objects.select_related("effective_version").get(pk=id)
    version = resource.effective_version
    if version is None:
        raise RuntimeError(f"{id} is not effective")
    revised = revise_resource(
        actor=operator, resource=resource, record=replace(revision_of(version), title=title)
    )
    approve_version(actor=operator, version=revised, comment="演练")
    return {"at": time.time()}


def recall(operator: Person, *, id: str) -> Answer:  # noqa: A002 - the word of the deed
    """Recall a resource from every site."""
    withdraw_resource(actor=operator, resource=Resource.objects.get(pk=id), reason="演练：一键撤稿")
    return {"at": time.time()}
