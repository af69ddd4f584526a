"""A province between two cities: what is passed on, proposed, confirmed by everyone, and refused."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rongshu.project.testing.nodes import Node, running_node

DEEDS = "rongshu.federation.tests.hub_deeds"
pytestmark = pytest.mark.slow


@dataclass
class Province:
    """A hub that passes records on, and two cities that know only the hub."""

    hub: Node
    east: Node
    west: Node
    ids: dict[str, str]

    def travel(self) -> None:
        """Let what is new in one city reach the other, and every confirmation come back."""
        self.hub.do("pull", node=self.ids["east"])
        self.hub.do("pull", node=self.ids["west"])
        for node in (self.east, self.west):
            node.do("pull", node=self.ids["hub"])
            node.do("tell", node=self.ids["hub"])
        for city in ("east", "west"):
            self.hub.do("tell", node=self.ids[city])


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    folder = tmp_path_factory.mktemp("federation")
    with ExitStack() as stack:
        hub, east, west = (
            stack.enter_context(running_node(folder / name, DEEDS)) for name in ("hub", "east", "west")
        )
        of_hub = hub.do("begin", region="990000", name="示范省", role="hub", url=hub.url)
        ids = {"hub": of_hub["node"]}
        for name, city, region in (("east", east, "990100"), ("west", west, "990200")):
            title = f"示范{'东' if name == 'east' else '西'}市"
            of_city = city.do("begin", region=region, name=title, role="city", url=city.url)
            ids[name] = of_city["node"]
            about = {"url": city.url, "name": title, "region": region}
            hub.do("add_partner", **of_city, **about, role="city", relation="below", relays=True)
            about = {"url": hub.url, "name": "示范省", "region": "990000"}
            city.do("add_partner", **of_hub, **about, role="hub", relation="above", is_hub=True)
        yield Province(hub, east, west, ids)


@pytest.fixture
def district(province: Province, tmp_path: Path) -> Iterator[Node]:
    """A district below the eastern city, which passes its records on to the province."""
    hub, east, ids = province.hub, province.east, province.ids
    with running_node(tmp_path / "district", DEEDS) as district:
        of_district = district.do("begin", region="990181", name="示范县", role="district", url=district.url)
        about = {"url": district.url, "name": "示范县", "region": "990181", "relation": "below"}
        east.do("add_partner", **of_district, **about, role="district", relays=True)
        about = {"url": east.url, "name": "示范东市", "region": "990100", "relation": "above"}
        district.do("add_partner", **east.do("describe"), **about, role="city", is_hub=True)
        east.do("change", node=ids["hub"], relays=True)
        hub.do("trust", node=ids["east"])
        province.ids["district"] = of_district["node"]
        yield district


@pytest.mark.requirement("P1-06")
def test_a_districts_record_is_proven_in_every_node_and_recalled_from_it(
    province: Province, district: Node
) -> None:
    hub, east, west, ids = province.hub, province.east, province.west, province.ids

    def travel() -> None:
        for node, of in ((east, "district"), (hub, "east"), (west, "hub")):
            node.do("pull", node=ids[of])
        for node, to in ((west, "hub"), (hub, "east"), (east, "district")):
            node.do("tell", node=ids[to])

    [each] = district.do("publish", title="区县信息")
    travel()
    for node, way in ((east, []), (hub, ["east"]), (west, ["east", "hub"])):
        held = node.do("holdings")[each]
        assert (held["status"], held["origin"]) == ("effective", ids["district"])
        proven = node.do("proven_by", id=each)
        assert proven is not None
        assert {ids["district"], *(ids[one] for one in way)} <= set(proven)

    district.do("withdraw", id=each)
    travel()
    assert {node.do("holdings")[each]["status"] for node in (east, hub, west)} == {"withdrawn"}
    confirmed = {row["node"] for row in district.do("receipts") if row["resource_id"] == each}
    assert confirmed == {ids["east"], ids["hub"], ids["west"]}


def test_a_record_reaches_the_other_city_with_its_origins_proof(province: Province) -> None:
    [each] = province.east.do("publish", title="经枢纽转供")
    province.travel()
    here, there = province.west.do("holdings")[each], province.east.do("holdings")[each]
    assert (here["status"], here["origin"]) == ("effective", province.ids["east"])
    assert here["digest"] == there["digest"]
    province.travel()
    assert province.east.do("holdings")[each]["versions"] == 1


@pytest.mark.requirement("P6-04")
@pytest.mark.requirement("P6-06")
def test_metadata_and_catalogue_say_the_same_on_every_node(province: Province) -> None:
    def said(node: Node) -> dict[tuple[str, str], Any]:
        """Everything but when each node wrote its own copy down."""
        sets = node.do("described", id=each)["sets"]
        items = {(one["set"], item["key"]): item["value"] for one in sets for item in one["items"]}
        return {key: value for key, value in items.items() if key[1] in lasting}

    lasting = {"ResID", "IndexNo", "ThemeCat", "PubDate", "Digest", "Title", "Publisher", "ContentSource"}
    [each] = province.east.do("publish", title="同一元数据")
    province.travel()
    there = said(province.east)
    assert {"ResID", "IndexNo", "ThemeCat", "PubDate", "Digest"} <= {key for _, key in there}
    assert said(province.hub) == said(province.west) == there
    entries = [
        node.do("described", id=each)["catalogue"] for node in (province.east, province.hub, province.west)
    ]
    assert entries[0]["tpCat"] == "其他"
    assert entries[0] == entries[1] == entries[2]


@pytest.mark.requirement("P7-10")
def test_a_recall_is_confirmed_by_every_node(province: Province) -> None:
    [each] = province.east.do("publish", title="全省撤回")
    province.travel()
    province.east.do("withdraw", id=each)
    province.travel()
    province.travel()
    assert province.west.do("holdings")[each]["status"] == "withdrawn"
    confirmed = {row["node"] for row in province.east.do("receipts") if row["resource_id"] == each}
    assert confirmed == {province.ids["hub"], province.ids["west"]}


@pytest.mark.requirement("P6-06")
def test_an_origin_learns_of_every_node_that_shows_its_record(province: Province) -> None:
    hub, east, west, ids = province.hub, province.east, province.west, province.ids
    [each] = east.do("publish", title="多处使用")
    province.travel()
    for node in (hub, west):
        node.do("use", id=each)
    assert hub.do("ask_uses", node=ids["west"]) >= 1
    east.do("ask_uses", node=ids["hub"])
    assert set(east.do("uses_elsewhere", id=each)) == {ids["hub"], ids["west"]}
    east.do("withdraw", id=each)
    province.travel()
    hub.do("ask_uses", node=ids["west"])
    east.do("ask_uses", node=ids["hub"])
    assert east.do("uses_elsewhere", id=each) == []


@pytest.mark.requirement("P1-06")
def test_a_report_is_decided_by_the_columns_route_and_the_sender_is_told(province: Province) -> None:
    [first, second] = province.east.do("publish", count=2, title="报送信息")
    sent = province.east.do("report", ids=[first, second], node=province.ids["hub"], wish="portal/news")
    province.travel()
    received = province.hub.do("reports")
    assert [row["state"] for row in received if row["resource_id"] in {first, second}] == ["received"] * 2
    province.hub.do("decide_report", id=sent[0], accept=True)
    province.hub.do("decide_report", id=sent[1], accept=False, reason="不属于本栏目")
    province.travel()
    told = {row["id"]: (row["state"], row["reason"]) for row in province.east.do("reports")}
    assert told[sent[0]] == ("accepted", "")
    assert told[sent[1]] == ("declined", "不属于本栏目")


@pytest.mark.requirement("P1-06")
def test_a_mandatory_offer_is_shown_and_another_may_be_declined(province: Province) -> None:
    must, may = province.hub.do("publish", count=2, title="下发信息")
    province.east.do("route_offers", node=province.ids["hub"])
    [first] = province.hub.do("offer", ids=[must], node=province.ids["east"], mandatory=True)
    [second] = province.hub.do("offer", ids=[may], node=province.ids["east"], mandatory=False)
    province.travel()
    assert province.east.do("decline_offer", id=first) == "offer-mandatory"
    assert province.east.do("place_offers") == 1
    assert province.east.do("decline_offer", id=second) == ""
    assert province.east.do("shown") == [must]
    province.travel()
    told = province.hub.do("offers")
    assert (told[first], told[second]) == ("accepted", "declined")


@pytest.mark.requirement("P2-16")
def test_a_message_sent_twice_counts_once(province: Province) -> None:
    [each] = province.west.do("publish", title="只算一次")
    province.west.do("report", ids=[each], node=province.ids["hub"])
    province.travel()
    before = province.hub.do("reports")
    province.west.do("send_all_again")
    province.travel()
    assert province.hub.do("reports") == before


@pytest.mark.requirement("P2-12")
def test_a_category_that_is_not_granted_is_403_and_a_single_record_404(province: Province) -> None:
    [each] = province.east.do("publish", title="未授权类别")
    province.east.do("grant_categories", node=province.ids["hub"], categories=["type:leader"])
    asked = province.hub.do("ask", node=province.ids["east"], path="/changes?categories=type:article")
    assert (asked["code"], asked["status"]) == ("category-not-given", "403")
    asked = province.hub.do("ask", node=province.ids["east"], path=f"/records/{each}")
    assert (asked["code"], asked["status"]) == ("not-found", "404")
    province.hub.do("pull", node=province.ids["east"])
    assert each not in province.hub.do("holdings")
    province.east.do("grant_categories", node=province.ids["hub"], categories=["*"])


def test_an_attachment_comes_with_its_record_or_at_its_first_use(province: Province) -> None:
    content = base64.b64encode("附件内容".encode() * 50).decode()
    [each] = province.east.do("publish", title="带附件", file=content)
    province.hub.do("pull", node=province.ids["east"])
    assert province.hub.do("files_of", id=each) == [True]
    province.west.do("change", node=province.ids["hub"], attachments="lazy")
    province.west.do("pull", node=province.ids["hub"])
    # Its first use here is the inspection of what is to become effective; readers' would do as well.
    assert base64.b64decode(province.west.do("read_file_of", id=each)) == base64.b64decode(content)
    assert province.west.do("files_of", id=each) == [True]


def test_what_fails_the_gate_waits_in_quarantine_and_the_sender_reads_why(province: Province) -> None:
    [bad, good] = province.east.do("publish", count=2, title="口径不一")
    province.hub.do("drop_type", code="article")
    try:
        pulled = province.hub.do("pull", node=province.ids["east"])
        assert pulled.get("quarantined") == 2
        assert bad not in province.hub.do("holdings")
    finally:
        province.hub.do("restore_type", code="article")
    province.hub.do("tell", node=province.ids["east"])
    reasons = [row for row in province.east.do("receipts") if row["resource_id"] == good]
    assert reasons[0]["kind"] == "quarantined"
    assert reasons[0]["details"]["reasons"][0]["code"] == "resource-type-unknown"
    assert province.hub.do("try_quarantined") == 2
    assert province.hub.do("holdings")[bad]["status"] == "effective"


def test_a_foreign_record_is_not_changed_here(province: Province) -> None:
    [each] = province.east.do("publish", title="只能在来源修改")
    province.hub.do("pull", node=province.ids["east"])
    refused = province.hub.do("try_to_revise", id=each)
    assert refused == "resource-of-other-node"
    province.east.do("withdraw", id=each)
    province.hub.do("pull", node=province.ids["east"])
    assert province.hub.do("try_to_reinstate", id=each) == "resource-of-other-node"
    province.east.do("reinstate", id=each)
    province.hub.do("pull", node=province.ids["east"])
    assert province.hub.do("holdings")[each]["title"] == "只能在来源修改第1号"


def test_a_dead_partner_keeps_nobody_waiting(province: Province) -> None:
    [each] = province.west.do("publish", title="照常到达")
    province.east.kill()
    try:
        asked: dict[str, Any] = province.hub.do("pull", node=province.ids["east"])
        assert asked["error"] == "partner-unreachable"
        assert province.hub.do("pull", node=province.ids["west"])["stored"] == 1
        assert province.hub.do("partner_state", node=province.ids["east"])["failures"] == 1
        assert province.hub.do("holdings")[each]["status"] == "effective"
    finally:
        province.east.start_again()
    province.hub.do("pull", node=province.ids["east"])
    assert province.hub.do("partner_state", node=province.ids["east"])["failures"] == 0
