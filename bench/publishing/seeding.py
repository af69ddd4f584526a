"""An installation with effective articles on sites, written straight into the database."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.core.management import call_command
from django.db import connection, transaction

from rongshu.foundation.identifiers import short_id
from rongshu.foundation.installation import node_id
from rongshu.foundation.models import Work
from rongshu.library.models import (
    Approval,
    ApprovalBatch,
    ApprovalSignature,
    Resource,
    ResourceType,
    ResourceVersion,
)
from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.credit_code import demonstration_credit_code
from rongshu.publishing.actions.publish_pending import follow_events
from rongshu.publishing.tests import world
from rongshu.publishing.tests.world import FIRST_DAY, make_library
from rongshu.sites.models import Column, Placement, Site

if TYPE_CHECKING:
    from argparse import Namespace

    from rongshu.publishing.tests.world import Library

# Resources written in one transaction.
_AT_ONCE: Final = 2000
NOW: Final = datetime.now(UTC)
_WORDS: Final = (
    "加强领导", "落实责任", "完善制度", "强化监督", "优化服务",
    "统筹推进", "督促检查", "公开透明", "群众满意",
)  # fmt: skip


def seed_evenly(options: Namespace) -> list[UUID]:
    """Make an installation whose articles stand on one site each; return the sites."""
    seed(options.articles, options.sites, lambda number: [number % options.sites])
    return list(Site.objects.values_list("id", flat=True))


def seed(resources: int, sites: int, placed: Callable[[int], Sequence[int]]) -> None:
    """Make an installation with effective articles; `placed(n)` names the sites article n stands on."""
    call_command("migrate", verbosity=0)
    if Site.objects.exists():
        return
    began = time.monotonic()
    library = make_library()
    columns = [open_site(number, library) for number in range(sites)]
    for start in range(0, resources, _AT_ONCE):
        _write(range(start, min(resources, start + _AT_ONCE)), library, columns, placed)
        if start % 100_000 == 0 and start:
            print(f"  … {start:,} resources", file=sys.stderr)
    _skip_events()
    print(
        f"seeded {resources:,} resources on {sites} sites in {time.monotonic() - began:.0f} s",
        file=sys.stderr,
    )


def open_site(number: int, library: Library) -> list[Column]:
    """One site online with a navigation of 6 × 5 columns; articles stand in the 30 lower ones."""
    unit = create_organization(
        actor=world.CLOCK, name=f"示范单位{number}",
        credit_code=demonstration_credit_code("990000", 100 + number),
        level="province", region=library.government.region, parent=library.government,
    )  # fmt: skip
    site = world._online(f"site-{number}", f"示范网站{number}", "department", unit, f"99{number:08d}")
    columns = []
    for top in range(6):
        parent = world._column(site, f"top-{top}", f"频道{top}", show_in_navigation=True, page_size=20)
        columns += [
            world._column(site, f"sub-{below}", f"栏目{top}{below}", parent=parent, page_size=20)
            for below in range(5)
        ]
    return columns


def _write(
    numbers: range, library: Library, columns: list[list[Column]], placed: Callable[[int], Sequence[int]]
) -> None:
    with transaction.atomic():
        batch = ApprovalBatch.objects.create(kind="bench", source="bench", created_by=library.operator)
        approval = Approval.objects.create(
            batch=batch, manifest_digest=f"sha256:{batch.id.hex}", outcome="approved", decided_at=NOW
        )
        ApprovalSignature.objects.create(approval=approval, person=library.operator)
        resources = [_resource(number, library) for number in numbers]
        Resource.objects.bulk_create(resources)
        versions = [
            _version(number, one, library, batch) for number, one in zip(numbers, resources, strict=True)
        ]
        ResourceVersion.objects.bulk_create(versions)
        _make_effective(versions, approval)
        Placement.objects.bulk_create(
            _placement(resource, columns[site][number % len(columns[site])], approval, is_first=place == 0)
            for number, resource in zip(numbers, resources, strict=True)
            for place, site in enumerate(placed(number))
        )


def _make_effective(versions: list[ResourceVersion], approval: Approval) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE rongshu_library_resource SET status = 'effective', working_version_id = %s,"
            " effective_version_id = %s, effective_approval_id = %s WHERE id = %s",
            [(v.id.hex, v.id.hex, approval.id.hex, v.resource_id.hex) for v in versions],
        )


def _placement(resource: Resource, column: Column, approval: Approval, *, is_first: bool) -> Placement:
    return Placement(
        resource=resource, site_id=column.site_id, column=column, state="showing",
        published_at=resource.published_at or NOW, approval=approval, is_canonical=is_first,
    )  # fmt: skip


@cache
def _article() -> ResourceType:
    return ResourceType.objects.get(code="article")


def _resource(number: int, library: Library) -> Resource:
    at = FIRST_DAY + timedelta(minutes=3 * number)
    resource = Resource(
        type=_article(), owner=library.education, origin_node=node_id(), published_at=at, modified_at=at
    )
    resource.address = f"{at:%Y/%m}/{short_id(resource.id)}"
    return resource


def _version(number: int, resource: Resource, library: Library, batch: ApprovalBatch) -> ResourceVersion:
    return ResourceVersion(
        resource=resource, number=1, digest=f"sha256:{resource.id.hex:0>64}",
        title=f"关于做好第{number}批示范工作的通知",
        description=f"部署第{number}批示范工作，明确责任分工和时间安排。", body=body_of(number),
        content_source="示范省教育厅", publisher=library.education, theme_code="11", form="text",
        open_type="proactive", share_type="unconditional", source_app_id="migration", batch=batch,
        became_effective_at=NOW,
    )  # fmt: skip


def body_of(number: int) -> str:
    """Return the HTML of article n: six paragraphs, the same at each run."""
    chance = random.Random(number)
    paragraphs = ("，".join(chance.choice(_WORDS) for _ in range(9)) + "。" for _ in range(6))
    return "".join(f"<p>{text}</p>" for text in paragraphs)


def _skip_events() -> None:
    """Begin as if everything before had been followed: the bench asks for what it measures."""
    follow_events()
    Work.objects.all().delete()
