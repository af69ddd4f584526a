"""Records for intake's pages that show one: a run whose batch waits to be signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rongshu.accounts.models import Person
from rongshu.foundation.audit import Clock
from rongshu.foundation.models import EventStream
from rongshu.intake.models import IntakeRun
from rongshu.library.actions.admit import admit
from rongshu.library.actions.batches import close_batch, open_batch
from rongshu.library.actions.seed_standard import seed_standard
from rongshu.library.gate.records import IncomingRecord
from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.actions.register_region import register_region
from rongshu.organizations.credit_code import demonstration_credit_code
from rongshu.sites.actions.create_site import create_site


def samples(person: Person) -> dict[str, Mapping[str, Any]]:
    """Make a run with one piece in its batch; needs the demonstration's ranges."""
    EventStream.objects.get_or_create(pk=1)
    seed_standard()
    region = register_region(actor=Clock(), code="990011", name="示范旧城")
    owner = create_organization(
        actor=Clock(),
        name="示范旧城人民政府",
        credit_code=demonstration_credit_code("990011", 3),
        level="city",
        region=region,
    )
    site = create_site(
        actor=person, slug="old-town", name="示范旧城", sponsor=owner, region=region, type="department",
        admin_level="city", domain="old-town.localhost",
    )  # fmt: skip
    batch = open_batch(actor=person, kind="intake", source="http://old.example.cn/", target_site_id=site.pk)
    record = IncomingRecord(
        type_code="article", owner=owner, title="旧城改造进展情况", body_html="<p>旧城改造进展顺利。</p>",
        content_source="示范旧城人民政府", source_app="migration",
    )  # fmt: skip
    admission = admit(actor=person, record=record, batch=batch)
    run = IntakeRun.objects.create(
        site=site, source="http://old.example.cn/", batch=batch, started_by=person,
        phase=IntakeRun.Phase.WAITING,
    )  # fmt: skip
    run.refusals.create(url="http://old.example.cn/x.html", key="x", code="http-error", reason="网址打不开")
    close_batch(actor=person, batch=batch)
    one = {"run_id": run.pk}
    return {
        "intake-run": one,
        "intake-version": {**one, "version_id": admission.version_id},
        "intake-sign": one,
        "intake-return": one,
    }
