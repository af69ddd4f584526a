"""Edits of resources placed on five sites, in a library of which only those five are published."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from django.db import connection, transaction

from bench.measuring import print_quantiles, profiled
from bench.publishing.seeding import NOW, seed
from rongshu.accounts.models import Person
from rongshu.foundation.events import announce
from rongshu.foundation.models import EventStream
from rongshu.library.events import ResourceBecameEffective
from rongshu.library.models import Approval, ApprovalSignature, Resource, ResourceVersion
from rongshu.publishing.actions.publish_pending import follow_events, publish_pending
from rongshu.publishing.duties import publish_once
from rongshu.sites.models import Site

if TYPE_CHECKING:
    from argparse import Namespace

# The first articles stand on the first sites: those are published and edited.
_TESTED: Final = 2000
_FIVE: Final = range(5)


class Statements:
    """Counts the statements of the database."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], *call: object) -> object:
        """Let the statement run, counted."""
        self.count += 1
        return execute(*call)


def measure(options: Namespace) -> None:
    """Edit, publish as the worker does, print times, processor time and statements."""
    seed(options.library, options.sites, _placing(options.sites))
    EventStream.objects.get_or_create(pk=1)
    names = [f"site-{one}" for one in _FIVE]
    sites = list(Site.objects.filter(slug__in=names).values_list("id", flat=True))
    publish_pending(sites=sites, full=True, processes=options.processes)
    resources = list(Resource.objects.filter(placements__site_id=sites[0]).order_by("address")[:_TESTED])
    chance, statements, times = random.Random(1), Statements(), []
    spent = 0.0
    with profiled(wanted=options.profile):
        for _ in range(options.edits):
            _revise(chance.choice(resources))
            before, began = sum(os.times()[:4]), time.monotonic()
            with connection.execute_wrapper(statements):
                while follow_events():
                    publish_once()
            times.append(time.monotonic() - began)
            spent += sum(os.times()[:4]) - before
    print(
        f"CPU per edit: {1000 * spent / options.edits:.0f} ms,"
        f" {statements.count / options.edits:.0f} statements"
    )
    print_quantiles(f"edit in {options.library:,} resources, 5 of {options.sites} sites", times)


def _placing(sites: int) -> Callable[[int], range]:
    def placed(number: int) -> range:
        if number < _TESTED:
            return _FIVE
        others = sites - len(_FIVE)
        return range(0) if others <= 0 else range(5 + number % others, 6 + number % others)

    return placed


def _revise(resource: Resource) -> None:
    """Make a new version effective as the library does: version, approval, event in one transaction."""
    with transaction.atomic():
        version = ResourceVersion.objects.filter(resource=resource).order_by("-number")[0]
        version.number, version.title = version.number + 1, f"{version.title[:40]}改"
        version.id = uuid4()
        version.digest = f"sha256:{version.id.hex:0>64}"
        version.save(force_insert=True)
        approval = Approval.objects.create(version_digest=version.digest, outcome="approved", decided_at=NOW)
        ApprovalSignature.objects.create(approval=approval, person=Person.objects.all()[0])
        Resource.objects.filter(pk=resource.pk).update(effective_version=version, effective_approval=approval)
        announce(
            ResourceBecameEffective(
                resource_id=resource.pk, version_id=version.pk, is_first=False, type_code="article"
            )
        )
