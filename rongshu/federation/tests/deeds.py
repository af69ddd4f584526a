"""What a node under test can be told to do; each deed takes and returns plain values."""

from __future__ import annotations

import base64
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.models import Person
from rongshu.accounts.queries import recorded_operator
from rongshu.federation.actions.add_partner import PartnerSetting
from rongshu.federation.actions.add_partner import add_partner as take_in
from rongshu.federation.actions.agree_categories import agree_categories
from rongshu.federation.actions.keys import ensure_own_key, pin_key, trust_endorsements
from rongshu.federation.actions.place_mandatory import MANDATORY, place_mandatory
from rongshu.federation.actions.pull_partner import compare_now, pull_partner
from rongshu.federation.actions.retry_quarantined import retry_quarantined
from rongshu.federation.actions.route_partner import add_route
from rongshu.federation.actions.send_messages import hint, send_to
from rongshu.federation.actions.set_up_node import set_up_node
from rongshu.federation.actions.settle_errands import accept_errand, decline_errand, offer_down, report_up
from rongshu.federation.calling import get
from rongshu.federation.models import (
    Change,
    ForeignResource,
    Message,
    Offer,
    Partner,
    Quarantined,
    Receipt,
    Report,
)
from rongshu.federation.queries.keys import published_keys
from rongshu.federation.queries.manifest import given_manifest, held_manifest
from rongshu.foundation import storage
from rongshu.foundation.audit import Clock
from rongshu.foundation.errors import RongshuError
from rongshu.foundation.identifiers import new_id
from rongshu.foundation.installation import node_id
from rongshu.foundation.models import EventStream, Installation
from rongshu.foundation.stream import begin_epoch
from rongshu.foundation.worker import duties
from rongshu.library.actions.admit import admit
from rongshu.library.actions.admit_many import admit_many
from rongshu.library.actions.approve_version import approve_version
from rongshu.library.actions.batches import approve_batch, close_batch, open_batch
from rongshu.library.actions.mandates import give_mandate
from rongshu.library.actions.purge_version import purge_version
from rongshu.library.actions.revise_resource import revise_resource
from rongshu.library.actions.share_resource import grant_share
from rongshu.library.actions.withdraw_resource import reinstate_resource, withdraw_resource
from rongshu.library.gate.records import AS_WRITTEN, IncomingFile
from rongshu.library.load_records import load_record, load_records
from rongshu.library.models import Resource, ResourceType, ResourceVersion
from rongshu.library.queries import revision_of
from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.actions.register_region import register_region
from rongshu.organizations.credit_code import demonstration_credit_code
from rongshu.organizations.models import Organization
from rongshu.sites.actions.create_column import create_column
from rongshu.sites.actions.create_site import create_site
from rongshu.sites.models import Column, Placement, Site

_CLOCK = Clock()
_HERE = frozenset({"clock", "sequencer", "consumers", "placing", "federation-feed"})


def begin(*, region: str, name: str, role: str, url: str) -> dict[str, Any]:
    """Give the node an organisation, a site, and a role in the federation; return its id and keys."""
    Installation.objects.update(node_id=new_id(), name=f"{name}资源库")
    EventStream.objects.update(epoch=new_id())
    place = register_region(actor=_CLOCK, code=region, name=name)
    owner = create_organization(
        actor=_CLOCK, name=f"{name}人民政府", credit_code=demonstration_credit_code(region, 1), level="city",
        region=place, kind="government",
    )  # fmt: skip
    create_site(
        actor=_CLOCK, slug="portal", name=f"{name}人民政府网站", domain="portal.localhost", type="portal",
        admin_level="city", sponsor=owner,
    )  # fmt: skip
    register_person(actor=_CLOCK, name="示范审核", handle="reviewer", organization=owner)
    second = Person.objects.get(handle="reviewer")
    grant_role(actor=_CLOCK, person=second, role="final-reviewer", scope="platform")
    set_up_node(actor=recorded_operator(), role=role, base_url=url, region_code=region)
    return describe()


def describe() -> dict[str, Any]:
    """Return who the node is and its keys."""
    ensure_own_key()
    return {"node": str(node_id()), "keys": published_keys().content}


def add_partner(
    *, node: str, keys: dict[str, Any], url: str, name: str, region: str, is_hub: bool = False, **setting: Any
) -> None:
    """Take another node in as a partner whose key was compared, and approve beforehand what it sends."""
    operator = recorded_operator()
    place = register_region(actor=_CLOCK, code=region, name=name)
    stand_in = create_organization(
        actor=_CLOCK, name=f"{name}（联通）", credit_code=demonstration_credit_code(region, 900),
        level="city", region=place,
    )  # fmt: skip
    site = Site.objects.get(slug="portal")
    partner = take_in(
        actor=operator, node=UUID(node), name=name, base_url=url, organization=stand_in,
        setting=PartnerSetting(target_site=site, **setting),
    )  # fmt: skip
    for key in keys["keys"]:
        pin_key(actor=operator, node=UUID(node), jwk=key, fingerprint=key["kid"])
    if is_hub:
        trust_endorsements(actor=operator, node=UUID(node))
    today = timezone.localdate()
    give_mandate(
        actor=operator, source=partner.source, target_site_id=site.pk,
        signers=[Person.objects.get(handle="reviewer")], starts_on=today - timedelta(days=1),
        ends_on=today + timedelta(days=30), reason="联通协议",
    )  # fmt: skip


def publish(
    *,
    count: int = 1,
    title: str = "示范通知",
    share: str = "unconditional",
    file: str = "",
    text: str = "",
    works: bool = True,
) -> list[str]:
    """Publish articles of the node's own; return their ids."""
    owner, operator = _own_organization(), recorded_operator()
    files = (IncomingFile(name="附件.txt", content=base64.b64decode(file)),) if file else ()
    ids = []
    for place in range(count):
        load = load_record(owner, node_id().int % 1_000_000 + Resource.objects.count() * 7919, 600)
        body = load.body_html + (f"<p>{text}</p>" if text else "")
        record = replace(
            load, title=f"{title}第{place + 1}号", body_html=body, description="示范摘要", theme_code="22",
            form="text", share_type=share, files=files, given_published_at=None, source_app="newsroom",
        )  # fmt: skip
        admission = admit(actor=operator, record=record, defaults=AS_WRITTEN)
        assert admission.version_id is not None, admission
        version = ResourceVersion.objects.get(pk=admission.version_id)
        approve_version(actor=operator, version=version)
        ids.append(str(admission.resource_id))
    if works:
        work()
    return ids


def revise(*, id: str, title: str) -> None:  # noqa: A002 - as the wire names it
    """Give an article another title, effective at once."""
    operator, resource = recorded_operator(), Resource.objects.get(pk=id)
    assert resource.effective_version is not None
    record = replace(revision_of(resource.effective_version), title=title)
    version = revise_resource(actor=operator, resource=resource, record=record)
    approve_version(actor=operator, version=version)
    work()


def withdraw(*, id: str) -> None:  # noqa: A002
    """Take an article off."""
    withdraw_resource(actor=recorded_operator(), resource=Resource.objects.get(pk=id), reason="示范撤稿")
    work()


def reinstate(*, id: str) -> None:  # noqa: A002
    """Put it back."""
    reinstate_resource(actor=recorded_operator(), resource=Resource.objects.get(pk=id))
    work()


def purge(*, id: str) -> None:  # noqa: A002
    """Erase the effective version."""
    resource = Resource.objects.get(pk=id)
    version = resource.effective_version
    assert version is not None
    purge_version(
        actor=recorded_operator(), confirmed_by=Person.objects.get(handle="reviewer"), version=version,
        reason="示范清除",
    )  # fmt: skip
    work()


def grant(*, id: str, node: str) -> None:  # noqa: A002
    """Open a conditionally shared article to a partner."""
    partner = Partner.objects.get(pk=node)
    grant_share(
        actor=recorded_operator(), resource=Resource.objects.get(pk=id), organization=partner.organization
    )
    work()


def work() -> None:
    """Do what waits, but for what goes to other nodes."""
    while True in [duty.run_once() for duty in duties() if duty.name in _HERE]:
        pass


def pull(*, node: str) -> dict[str, Any]:
    """Pull from a partner; return what became of it, or the code of the refusal."""
    try:
        pulled = pull_partner(Partner.objects.get(pk=node))
    except RongshuError as error:
        return {"error": error.code, "fields": error.fields}
    work()
    return {**pulled.counts, "effective": pulled.effective, "batches": pulled.batches}


def reconcile(*, node: str) -> dict[str, Any]:
    """Compare with a partner and repair."""
    return compare_now(Partner.objects.get(pk=node)).as_json()


def tell(*, node: str) -> int:
    """Send what waits for a partner."""
    return send_to(Partner.objects.get(pk=node))


def hint_to(*, node: str) -> bool:
    """Hint to a partner."""
    return hint(Partner.objects.get(pk=node))


def holdings() -> dict[str, dict[str, Any]]:
    """Return every resource by id: title, status, origin."""
    rows = Resource.objects.select_related("effective_version")
    return {
        str(row.pk): {
            "title": row.effective_version.title if row.effective_version else "",
            "digest": row.effective_version.digest if row.effective_version else "",
            "status": row.status,
            "origin": str(row.origin_node),
            "versions": row.versions.count(),
            "index_number": row.index_number,
            "owner": row.owner.name,
            "published_at": str(row.published_at),
        }
        for row in rows
    }


def manifests(*, node: str) -> dict[str, Any]:
    """Return the roots of what a partner should hold of us, and of what we hold of it."""
    partner = Partner.objects.get(pk=node)
    given, held = given_manifest(partner)[0], held_manifest(partner)
    return {"given": given.root, "given_count": given.count, "held": held.root, "held_count": held.count}


def receipts() -> list[dict[str, Any]]:
    """Return what partners confirmed."""
    rows = Receipt.objects.order_by("at").values("kind", "node", "resource_id", "details")
    return [{**row, "node": str(row["node"]), "resource_id": str(row["resource_id"])} for row in rows]


def quarantine() -> list[dict[str, Any]]:
    """Return what is quarantined, and why."""
    return [dict(row) for row in Quarantined.objects.order_by("at").values("title", "state", "reasons")]


def partner_state(*, node: str) -> dict[str, Any]:
    """Return how we stand with a partner."""
    row = Partner.objects.get(pk=node)
    return {
        "state": row.state, "cursor": row.cursor, "last": row.last_number, "failures": row.failures,
        "error_code": row.error_code, "hinted": row.hinted_at is not None, "given_number": row.given_number,
    }  # fmt: skip


def change(*, node: str, **elements: Any) -> None:
    """Set columns of a partner's row."""
    Partner.objects.filter(pk=node).update(**elements)


def restore_from_backup() -> None:
    """Begin a new epoch, as the restore of a backup does."""
    begin_epoch("restored")
    work()


def forget(*, id: str) -> None:  # noqa: A002
    """Lose a foreign record, as a restored backup does."""
    ForeignResource.objects.filter(pk=UUID(id)).delete()


def messages() -> list[dict[str, Any]]:
    """Return the message log."""
    rows = Message.objects.order_by("at").values("direction", "kind", "status", "count", "error_code")
    return [dict(row) for row in rows]


def feed() -> list[dict[str, Any]]:
    """Return the rows of the feed."""
    rows = Change.objects.order_by("number").values("number", "kind", "digest", "version")
    return [dict(row) for row in rows]


def store_folder() -> str:
    """Return where files are stored."""
    return str(Path(settings.STORE_FOLDER))


def _own_organization() -> Organization:
    return Organization.objects.filter(name__endswith="人民政府", parent__isnull=True).order_by("created_at")[
        0
    ]


def report(*, ids: list[str], node: str, wish: str = "") -> list[str]:
    """Report articles up; return the ids of the reports."""
    resources = [Resource.objects.get(pk=each) for each in ids]
    sent = report_up(
        actor=recorded_operator(), partner=Partner.objects.get(pk=node), resources=resources, wish=wish
    )
    send_to(Partner.objects.get(pk=node))
    return [str(each.pk) for each in sent]


def reports() -> list[dict[str, str]]:
    """Return all reports."""
    rows = Report.objects.order_by("id").values("id", "resource_id", "state", "reason", "wish")
    return [{name: str(value) for name, value in row.items()} for row in rows]


def decide_report(*, id: str, accept: bool, reason: str = "") -> None:  # noqa: A002
    """Accept a report into a column, or send it back."""
    actor, found = recorded_operator(), Report.objects.get(pk=id)
    if accept:
        accept_errand(actor=actor, errand=found, column=_news())
    else:
        decline_errand(actor=actor, errand=found, reason=reason)


def send_all_again() -> None:
    """Send every message again."""
    sent = Message.objects.filter(direction="out", body__isnull=False)
    sent.update(status="waiting", next_try_at=timezone.now())
    for partner in Partner.objects.all():
        send_to(partner)


def grant_categories(*, node: str, categories: list[str]) -> None:
    """Say what a partner may have."""
    agree_categories(
        actor=recorded_operator(),
        partner=Partner.objects.get(pk=node),
        direction="given",
        categories=categories,
    )


def ask(*, node: str, path: str) -> dict[str, str]:
    """Ask a partner something; return the refusal."""
    try:
        get(Partner.objects.get(pk=node), path)
    except RongshuError as error:
        return dict(error.fields)
    return {}


def files_of(*, id: str) -> list[bool]:  # noqa: A002
    """Return of each file of a record whether it is in the store."""
    version = ResourceVersion.objects.get(effective_of=UUID(id))
    return [storage.exists(file["digest"]) for file in version.attachments]


def read_file_of(*, id: str) -> str:  # noqa: A002
    """Read the first file of a record."""
    version = ResourceVersion.objects.get(effective_of=UUID(id))
    with storage.open(version.attachments[0]["digest"]) as opened:
        return base64.b64encode(opened.read()).decode()


def drop_type(*, code: str) -> None:
    """Be a node whose standard does not know a type."""
    ResourceType.objects.filter(code=code).update(code=f"{code}-elsewhere")


def restore_type(*, code: str) -> None:
    """Know it again."""
    ResourceType.objects.filter(code=f"{code}-elsewhere").update(code=code)


def try_quarantined() -> int:
    """Try all quarantined records again at once."""
    Quarantined.objects.filter(state="waiting").update(next_try_at=timezone.now())
    tried = retry_quarantined()
    work()
    return tried


def try_to_revise(*, id: str) -> str:  # noqa: A002
    """Try to change a record; return the code of the refusal."""
    try:
        revise(id=id, title="在别处修改")
    except RongshuError as error:
        return error.code
    return ""


def load(*, count: int, size: int = 2000) -> float:
    """Bring in and publish articles as one batch, let the feed follow, and return the seconds of the feed."""
    owner, operator = _own_organization(), recorded_operator()
    batch = open_batch(actor=operator, kind="intake", source="load")
    start = node_id().int % 10_000_000
    records = load_records([owner], start=start, stop=start + count, size=size)
    for admission in admit_many(actor=operator, records=records, batch=batch):
        assert admission.version_id is not None, admission
    batch = close_batch(actor=operator, batch=batch)
    approve_batch(actor=operator, batch=batch, signers=[Person.objects.get(handle="reviewer")])
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def cpu_seconds() -> float:
    """Return the processor time this node has used."""
    return time.process_time()


def offer(*, ids: list[str], node: str, mandatory: bool) -> list[str]:
    """Offer articles down to a partner; return the ids of the offers."""
    partner = Partner.objects.get(pk=node)
    resources = [Resource.objects.get(pk=each) for each in ids]
    sent = offer_down(actor=recorded_operator(), partner=partner, resources=resources, is_mandatory=mandatory)
    send_to(partner)
    return [str(each.pk) for each in sent]


def offers() -> dict[str, str]:
    """Return the state of each offer."""
    return {str(row.pk): row.state for row in Offer.objects.all()}


def route_offers(*, node: str) -> None:
    """Say where mandatory offers of a partner go."""
    add_route(
        actor=recorded_operator(), partner=Partner.objects.get(pk=node), category=MANDATORY, column=_news()
    )


def place_offers() -> int:
    """Place what has to be shown."""
    placed = place_mandatory()
    work()
    return placed


def decline_offer(*, id: str) -> str:  # noqa: A002
    """Try to send an offer back; return the code of the refusal."""
    try:
        decline_errand(actor=recorded_operator(), errand=Offer.objects.get(pk=id), reason="与本地不符")
    except RongshuError as error:
        return error.code
    return ""


def shown() -> list[str]:
    """Return the ids of the resources that show in the column."""
    rows = Placement.objects.filter(column=_news(), state=Placement.State.SHOWING)
    return [str(each) for each in rows.values_list("resource_id", flat=True)]


def _news() -> Column:
    site, actor = Site.objects.get(slug="portal"), recorded_operator()
    return Column.objects.filter(site=site).first() or create_column(
        actor=actor, site=site, name="要闻", slug="news", type="news"
    )


def try_to_reinstate(*, id: str) -> str:  # noqa: A002
    """Try to put a record back; return the code of the refusal."""
    try:
        reinstate(id=id)
    except RongshuError as error:
        return error.code
    return ""
