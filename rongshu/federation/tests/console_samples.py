"""Records for the pages of the federation: a partner with traffic, a quarantined record, errands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from rongshu.accounts.models import Person
from rongshu.federation.models import (
    Message,
    Offer,
    Partner,
    PartnerCategory,
    PartnerRoute,
    Quarantined,
    Receipt,
    Report,
    UseElsewhere,
)
from rongshu.foundation import clock
from rongshu.foundation.audit import Clock
from rongshu.foundation.identifiers import new_id
from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.actions.register_region import register_region
from rongshu.organizations.credit_code import demonstration_credit_code
from rongshu.sites.actions.create_column import create_column
from rongshu.sites.actions.create_site import create_site
from rongshu.sites.models import Column


def make_partner(person: Person, column: Column) -> Partner:
    """Make 示例市's node with a route into a column."""
    partner = Partner.objects.create(
        pk=new_id(), name="示例市资源库", base_url="https://node.shili.localhost", role="city",
        relation="below", organization=column.owner, steward=person, target_site=column.site, cursor=1200,
        last_number=1260, given_number=880, last_contact_at=clock.now() - timedelta(hours=3),
        last_change_at=clock.now() - timedelta(hours=4), failures=3, error_code="partner-unreachable",
        error="对方节点没有应答，将自动重试；若长时间不通，请联系对方节点。",
    )  # fmt: skip
    for direction, category in (("given", "*"), ("wanted", "type:article"), ("wanted", "theme:11")):
        PartnerCategory.objects.create(partner=partner, direction=direction, category=category)
    PartnerRoute.objects.create(partner=partner, category="theme:11", column=column)
    return partner


def make_traffic(partner: Partner) -> dict[str, Any]:
    """Make messages in both directions, a quarantined record, and errands of either kind."""
    Message.objects.create(
        partner=partner, direction="in", kind="pull", status="done", count=60, bytes=184_320,
        details={"next": 1200, "last": 1260}, digest=f"sha256:{'0' * 64}",
    )  # fmt: skip
    message = Message.objects.create(
        partner=partner, direction="out", kind="receipt", status="failed", count=1, bytes=420, attempts=4,
        body=[{"kind": "withdrawn", "resource": str(new_id())}], error_code="partner-unreachable",
        error="对方节点没有应答", next_try_at=clock.now() + timedelta(minutes=8),
    )  # fmt: skip
    quarantined = Quarantined.objects.create(
        partner=partner, resource_id=new_id(), origin_node=partner.pk, origin_version=7,
        title="示例市关于公布收费目录的通知", attempts=2, envelope={"kind": "upsert", "number": 1190},
        reasons=[{
            "code": "record-refused", "message": "记录没有通过入库检查。", "fields": {"ThemeCat": "必须填写"},
        }],
        next_try_at=clock.now() + timedelta(minutes=20),
    )  # fmt: skip
    Receipt.objects.create(
        partner=partner, node=partner.pk, resource_id=new_id(), origin_version=3, kind=Receipt.Kind.WITHDRAWN
    )
    UseElsewhere.objects.create(
        partner=partner, node=partner.pk, node_name=partner.name, resource_id=new_id(), site="示例市人民政府",
        column="上级文件", url="https://shili.localhost/a/1.html", since=clock.now(), told_at=clock.now(),
    )  # fmt: skip
    report = _errand(Report, partner, "示例市发布春耕备耕方案")
    offer = _errand(Offer, partner, "示例市转发年度立法计划", is_mandatory=True)
    return {"message": message, "quarantined": quarantined, "report": report, "offer": offer}


def samples(person: Person) -> dict[str, Mapping[str, Any]]:
    """Make 示例市's node and what passed between it and us; needs the demonstration's ranges."""
    partner = make_partner(person, _column())
    made = make_traffic(partner)
    one, route = {"partner_id": partner.pk}, partner.routes.get()
    errands = {
        f"federation-{deed}{kind}": {"errand_id": made[kind].pk}
        for kind in ("report", "offer")
        for deed in ("", "accept-", "decline-")
    }
    pages = ("partner", "change-partner", "given", "wanted", "route", "pause", "resume", "ask", "compare")
    return {
        **{f"federation-{name}": one for name in pages},
        "federation-unroute": {**one, "route_id": route.pk},
        "federation-message": {"message_id": made["message"].pk},
        "federation-quarantined": {"quarantined_id": made["quarantined"].pk},
        **errands,
    }


def _errand(model: type[Report] | type[Offer], partner: Partner, title: str, **given: Any) -> Report | Offer:
    return model.objects.create(
        partner=partner, direction="in", state="received", resource_id=new_id(), title=title,
        wish="hub/notices", note="请在首页要闻栏目采用。", **given,
    )  # fmt: skip


def _column() -> Column:
    region = register_region(actor=Clock(), code="990007", name="示范枢纽")
    unit = create_organization(
        actor=Clock(), name="示范枢纽数据局", credit_code=demonstration_credit_code("990007", 9),
        level="city", region=region,
    )  # fmt: skip
    site = create_site(
        actor=Clock(), slug="hub", name="示范枢纽网站", domain="hub.localhost", type="department",
        admin_level="city", sponsor=unit,
    )  # fmt: skip
    return create_column(
        actor=Clock(), site=site, slug="notices", name="通知公告", type="通知公告", update_class="notice"
    )
