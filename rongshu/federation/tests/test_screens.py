"""The federation's pages: who may see them, what can be done there, and what is refused changes nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.queries import viewer_for
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.federation.actions.trim_messages import kept_for, trim_messages
from rongshu.federation.models import Message, NodeKey, Partner, Quarantined, Receipt, Report
from rongshu.federation.queries.alarms import alarms_for
from rongshu.federation.tests.console_samples import make_partner, make_traffic
from rongshu.foundation import clock
from rongshu.foundation.audit import Clock
from rongshu.foundation.installation import node_id
from rongshu.foundation.rules import set_rule
from rongshu.library.actions.revise_resource import revise_resource
from rongshu.publishing.tests.world import World, make_world
from rongshu.sites.models import Placement


@pytest.fixture
def world(console_client: ConsoleClient, settings: Any, tmp_path: Path, db: None) -> World:
    settings.DEMONSTRATION = True
    settings.STORE_FOLDER = tmp_path / "store"
    return make_world()


@pytest.fixture
def page(world: World, console_client: ConsoleClient) -> ConsoleClient:
    return sign_in(console_client, world.operator)


@pytest.fixture
def partner(world: World) -> Partner:
    return make_partner(world.operator, world.notices)


def at(name: str, *arguments: Any) -> str:
    return reverse(f"federation-{name}", args=arguments)


def test_only_who_manages_the_federation_sees_it(world: World, partner: Partner, page: ConsoleClient) -> None:
    made = make_traffic(partner)
    pages = (
        at("partner", partner.pk),
        at("message", made["message"].pk),
        at("quarantined", made["quarantined"].pk),
        at("report", made["report"].pk),
    )
    assert [page.get(one).status_code for one in pages] == [200] * 4
    assert "没有应答" in page.get(at("partners")).text

    editor = sign_in(ConsoleClient(), world.library.writer)
    assert [editor.get(one).status_code for one in pages] == [404] * 4
    lists = ("partners", "messages", "quarantine", "uses", "statistics")
    assert [editor.get(at(one)).status_code for one in lists] == [403] * 5
    assert editor.post(at("pause", partner.pk), {"confirmed": "yes", "reason": "试"}).status_code == 404
    partner.refresh_from_db()
    assert partner.state == Partner.State.ACTIVE


def test_a_partner_is_paused_with_a_reason_and_goes_on(partner: Partner, page: ConsoleClient) -> None:
    assert page.post(at("pause", partner.pk)).status_code == 200
    assert page.post(at("pause", partner.pk), {"confirmed": "yes", "reason": ""}).status_code == 422
    partner.refresh_from_db()
    assert partner.state == Partner.State.ACTIVE

    page.post(at("pause", partner.pk), {"confirmed": "yes", "reason": "对方检修"})
    partner.refresh_from_db()
    assert (partner.state, partner.state_reason) == (Partner.State.PAUSED, "对方检修")
    page.post(at("resume", partner.pk))
    page.post(at("compare", partner.pk))
    partner.refresh_from_db()
    assert (partner.state, partner.needs_reconciling) == (Partner.State.ACTIVE, True)
    page.post(at("ask", partner.pk))
    partner.refresh_from_db()
    assert partner.hinted_at is not None


def test_settings_out_of_range_are_refused_at_their_fields(partner: Partner, page: ConsoleClient) -> None:
    given = {
        "name": "示例市资源库",
        "pulls": "on",
        "attachments": "lazy",
        "poll_seconds": "1",
        "batch_size": "500",
        "window_from": "01:00",
    }
    refused = page.post(at("change-partner", partner.pk), given)
    assert refused.status_code == 422
    assert "轮询间隔应在" in refused.text
    assert "要么都填" in refused.text
    partner.refresh_from_db()
    assert partner.attachments == "eager"

    given |= {"poll_seconds": "300", "window_until": "05:00"}
    assert page.post(at("change-partner", partner.pk), given).status_code == 302
    partner.refresh_from_db()
    assert (partner.attachments, partner.poll_seconds, partner.gives) == ("lazy", 300, False)


def test_categories_and_routes(world: World, partner: Partner, page: ConsoleClient) -> None:
    page.post(at("given", partner.pk), {"categories": ["type:article", "theme:04"]})
    given = partner.categories.filter(direction="given").values_list("category", flat=True)
    assert set(given) == {"type:article", "theme:04"}
    assert page.post(at("given", partner.pk), {"categories": ["type:nonsense"]}).status_code == 422
    assert partner.categories.filter(direction="given").count() == 2

    elsewhere = page.post(at("route", partner.pk), {"category": "*", "column": "edu/news"})
    assert elsewhere.status_code == 422
    assert partner.routes.count() == 1
    page.post(at("route", partner.pk), {"category": "*", "column": "portal/news"})
    route = partner.routes.get(category="*")
    assert route.column == world.news
    page.post(at("unroute", partner.pk, route.pk))
    assert partner.routes.count() == 1


def test_messages_are_sent_again_and_what_came_in_is_not(partner: Partner, page: ConsoleClient) -> None:
    make_traffic(partner)
    page.post(at("send-again"), {"ids": [str(one.pk) for one in Message.objects.all()]})

    states = dict(Message.objects.values_list("direction", "status"))
    assert states == {"out": "waiting", "in": "done"}


def test_the_log_is_searched_by_error_by_resource_and_by_title(partner: Partner, page: ConsoleClient) -> None:
    made = make_traffic(partner)
    other = Message.objects.get(direction="in")
    report = made["report"]
    sent = Message.objects.create(
        partner=partner, direction="in", kind="report", status="done",
        body=[{"resource": str(report.resource_id), "title": report.title}],
    )  # fmt: skip

    def found(words: str) -> set[str]:
        shown = page.get(at("messages"), {"q": words}).content.decode()
        rows = (made["message"], other, sent)
        return {str(one.pk) for one in rows if str(at("message", one.pk)) in shown}

    assert found("没有应答") == {str(made["message"].pk)}
    assert found(made["message"].body[0]["resource"]) == {str(made["message"].pk)}
    assert found(str(report.resource_id)) == found("春耕备耕") == {str(sent.pk)}
    assert found("无此内容") == set()


def test_quarantined_records_are_tried_again_or_let_go(partner: Partner, page: ConsoleClient) -> None:
    row = make_traffic(partner)["quarantined"]
    shown = page.get(at("quarantined", row.pk)).text
    assert "记录没有通过入库检查" in shown
    assert "ThemeCat" in shown

    page.post(at("try-again"), {"ids": [str(row.pk)]})
    row.refresh_from_db()
    assert row.next_try_at <= clock.now()
    assert page.post(at("let-go"), {"ids": [str(row.pk)]}).status_code == 200
    row.refresh_from_db()
    assert row.state == Quarantined.State.WAITING
    page.post(at("let-go"), {"ids": [str(row.pk)], "confirmed": "yes", "reason": "对方已停办"})
    row.refresh_from_db()
    assert (row.state, row.next_try_at) == (Quarantined.State.DROPPED, None)


def test_a_report_is_accepted_into_a_column_or_sent_back(
    world: World, partner: Partner, page: ConsoleClient
) -> None:
    resource, other = world.effective(), world.effective()
    reports = [
        Report.objects.create(
            partner=partner, direction="in", state="received", resource_id=one.pk, title="示例报送",
            wish="portal/notices",
        )
        for one in (resource, other)
    ]  # fmt: skip

    page.post(at("accept-report", reports[0].pk), {"column": "portal/notices"})
    page.post(at("decline-report", reports[1].pk), {"confirmed": "yes", "reason": "已有同题稿件"})

    for one in reports:
        one.refresh_from_db()
    assert [one.state for one in reports] == ["accepted", "declined"]
    assert Placement.objects.filter(resource=resource, column=world.notices).exists()
    assert not Placement.objects.filter(resource=other).exists()
    receipts = Message.objects.filter(partner=partner, kind="receipt", direction="out")
    assert [(one.body or [{}])[0]["state"] for one in receipts.order_by("pk")] == ["accepted", "declined"]
    again = page.post(at("accept-report", reports[1].pk), {"column": "portal/notices"})
    assert again.status_code == 422


def test_resources_are_handed_over_by_what_a_line_names(
    world: World, partner: Partner, page: ConsoleClient
) -> None:
    missing = page.post(at("new-offer"), {"partner": partner.pk, "resources": "示00000"})
    assert missing.status_code == 422
    assert "没有找到" in missing.text
    up = page.post(at("new-report"), {"partner": partner.pk, "resources": "示00000"})
    assert up.status_code == 422, "a partner below is nobody to report up to"


def test_alarms_tell_of_silence_keys_and_what_waits(world: World, partner: Partner) -> None:
    make_traffic(partner)
    viewer = viewer_for(world.operator)
    kinds = [one.kind for one in alarms_for(viewer)]
    assert sorted(kinds) == ["key", "quarantine", "silent"]

    now = clock.now()
    for node, days in ((partner.pk, 400), (node_id(), 5)):
        NodeKey.objects.create(
            node=node, key_id=f"示范{days}", algorithm="ed25519", jwk={}, trust="pinned",
            valid_from=now - timedelta(days=1), valid_until=now + timedelta(days=days),
        )  # fmt: skip
    Partner.objects.filter(pk=partner.pk).update(last_contact_at=now, failures=0, error="")
    Quarantined.objects.update(state=Quarantined.State.DROPPED)
    [alarm] = alarms_for(viewer)
    assert (alarm.kind, alarm.partner) == ("key", None)
    assert alarms_for(viewer_for(world.library.writer)) == []


def test_months_count_what_was_exchanged(partner: Partner, page: ConsoleClient) -> None:
    make_traffic(partner)
    exported = b"".join(page.get(at("statistics"), {"format": "csv"})).decode()
    lines = exported.lstrip("\ufeff").splitlines()
    assert lines[0].split(",")[2:5] == ["收到资源", "提供资源", "隔离"]
    assert lines[1].split(",")[1:7] == ["示例市资源库", "60", "0", "1", "1", "1"]
    # The last day is counted as the month is.
    assert "收到 60 条" in page.get(at("partner", partner.pk)).text
    assert page.get(at("statistics"), {"first": "2026-05-01", "last": "2026-04-01"}).status_code == 400


def test_receipts_name_resources_as_readers_know_them(
    world: World, partner: Partner, page: ConsoleClient
) -> None:
    published, draft = world.effective(title="公布的标题"), world.draft(title="还没有公布的标题")
    record = world.record(title="修改中的标题")
    revise_resource(actor=world.library.writer, resource=published, record=record)
    for resource in (published, draft):
        Receipt.objects.create(
            partner=partner, node=partner.pk, resource_id=resource.pk, origin_version=1,
            kind=Receipt.Kind.EFFECTIVE,
        )  # fmt: skip
    # Who manages the platform may read no drafts by that role.
    person = register_person(actor=Clock(), name="示范管理员", handle="administrator")
    grant_role(actor=Clock(), person=person, role="platform-administrator")
    shown = sign_in(ConsoleClient(), person).get(at("partner", partner.pk)).text
    assert "公布的标题" in shown
    assert "修改中的标题" not in shown
    assert "还没有公布的标题" not in shown


def test_the_log_lets_go_of_what_is_old_and_settled(partner: Partner) -> None:
    def message(days: int, status: str, direction: str = "out", kind: str = "report") -> Message:
        at = clock.now() - timedelta(days=days)
        return Message.objects.create(partner=partner, direction=direction, kind=kind, status=status, at=at)

    old, waiting, recent = message(401, "done"), message(401, "waiting"), message(399, "done")
    failed, not_pulled = message(401, "failed"), message(401, "failed", "in", "pull")
    assert trim_messages() == 2
    assert set(Message.objects.values_list("pk", flat=True)) == {waiting.pk, recent.pk, failed.pk}
    assert not {old.pk, not_pulled.pk} & set(Message.objects.values_list("pk", flat=True))
    # 网络安全法 第二十一条: no rule shortens the log below six months.
    set_rule("federation.message_log", {"keep": "30d"}, on=clock.today(), source="示范")
    assert kept_for() == timedelta(days=183)
