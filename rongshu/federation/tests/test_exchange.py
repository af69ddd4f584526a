"""Two nodes give each other their records: new ones, changes, recalls, purges, and what goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from rongshu.project.testing.nodes import Node, running_node

DEEDS = "rongshu.federation.tests.deeds"


@dataclass
class Pair:
    """A province and a city that know each other."""

    hub: Node
    city: Node
    hub_id: str
    city_id: str

    def pull(self) -> dict[str, Any]:
        """Let the province pull from the city."""
        pulled: dict[str, Any] = self.hub.do("pull", node=self.city_id)
        return pulled

    def at_hub(self, resource_id: str) -> dict[str, Any]:
        """Return how a record stands in the province's library."""
        found: dict[str, Any] = self.hub.do("holdings").get(resource_id, {})
        return found

    def is_equal(self) -> bool:
        """Whether the province holds exactly what the city says it should."""
        given = self.city.do("manifests", node=self.hub_id)["given"]
        return bool(given == self.hub.do("manifests", node=self.city_id)["held"])


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("federation")
    with ExitStack() as stack:
        hub = stack.enter_context(running_node(folder / "hub", DEEDS))
        city = stack.enter_context(running_node(folder / "city", DEEDS))
        of_hub = hub.do("begin", region="990000", name="示范省", role="hub", url=hub.url)
        of_city = city.do("begin", region="990100", name="示范市", role="city", url=city.url)
        hub.do(
            "add_partner", **of_city, url=city.url, name="示范市", region="990100", role="city",
            relation="below", relays=True,
        )  # fmt: skip
        city.do(
            "add_partner", **of_hub, url=hub.url, name="示范省", region="990000", role="hub",
            relation="above", is_hub=True,
        )  # fmt: skip
        yield Pair(hub, city, of_hub["node"], of_city["node"])


@pytest.mark.requirement("P1-06")
def test_a_citys_records_are_in_the_provinces_library_word_for_word(pair: Pair) -> None:
    ids = pair.city.do("publish", count=3, title="农村公路养护")
    assert pair.pull()["stored"] == 3
    for each in ids:
        here, there = pair.at_hub(each), pair.city.do("holdings")[each]
        assert here["status"] == "effective"
        same = ("title", "digest", "origin", "index_number", "published_at", "owner")
        assert {name: here[name] for name in same} == {name: there[name] for name in same}
    assert pair.is_equal()
    assert pair.pull()["batches"] == 0
    given = [each["count"] for each in pair.city.do("messages") if each["kind"] == "serve"]
    assert given == [3]


def test_a_change_is_a_new_version_of_the_same_resource(pair: Pair) -> None:
    [each] = pair.city.do("publish", title="旧标题")
    pair.pull()
    pair.city.do("revise", id=each, title="新标题")
    assert pair.pull()["updated"] == 1
    assert pair.at_hub(each)["title"] == "新标题"
    assert pair.at_hub(each)["versions"] == 2
    assert pair.is_equal()


@pytest.mark.requirement("P7-10")
def test_a_recall_acts_at_once_and_is_confirmed_and_taken_back(pair: Pair) -> None:
    [each] = pair.city.do("publish", title="将被撤回")
    pair.pull()
    pair.city.do("withdraw", id=each)
    assert pair.pull()["withdrawn"] == 1
    assert pair.at_hub(each)["status"] == "withdrawn"
    assert pair.hub.do("tell", node=pair.city_id) >= 1
    assert {"kind": "withdrawn", "node": pair.hub_id, "resource_id": each, "details": {}} in pair.city.do(
        "receipts"
    )
    pair.city.do("reinstate", id=each)
    pair.pull()
    assert pair.at_hub(each)["status"] == "effective"
    assert pair.is_equal()


def test_a_purge_erases_the_text_everywhere(pair: Pair) -> None:
    [each] = pair.city.do("publish", title="含有个人信息")
    pair.pull()
    pair.city.do("purge", id=each)
    assert pair.pull()["purged"] == 1
    assert pair.at_hub(each)["status"] == "purged"
    assert pair.is_equal()


def test_what_is_shared_under_condition_comes_with_the_grant(pair: Pair) -> None:
    [each] = pair.city.do("publish", title="有条件共享", share="conditional")
    pair.pull()
    assert pair.at_hub(each) == {}
    pair.city.do("grant", id=each, node=pair.hub_id)
    assert pair.pull()["stored"] == 1
    assert pair.at_hub(each)["status"] == "effective"
    [closed] = pair.city.do("publish", title="不予共享", share="none")
    pair.pull()
    assert pair.at_hub(closed) == {}


def test_a_partner_restored_from_a_backup_is_compared_and_nothing_is_missing(pair: Pair) -> None:
    [each] = pair.city.do("publish", title="恢复之前")
    pair.pull()
    pair.hub.do("forget", id=each)
    assert not pair.is_equal()
    pair.city.do("restore_from_backup")
    pair.pull()
    assert pair.is_equal()
    pair.city.do("publish", title="恢复之后")
    pair.pull()
    assert pair.is_equal()


def test_what_is_granted_again_comes_back(pair: Pair) -> None:
    [each] = pair.city.do("publish", title="授权收回又恢复")
    pair.pull()
    pair.city.do("grant_categories", node=pair.hub_id, categories=["type:policy"])
    pair.hub.do("reconcile", node=pair.city_id)
    assert pair.at_hub(each)["status"] == "withdrawn"
    pair.city.do("grant_categories", node=pair.hub_id, categories=["*"])
    pair.pull()
    assert pair.at_hub(each)["status"] == "effective"
    assert pair.is_equal()


def test_records_do_not_come_back_to_where_they_are_from(pair: Pair) -> None:
    [each] = pair.city.do("publish", title="不会绕回")
    pair.pull()
    assert "stored" not in pair.city.do("pull", node=pair.hub_id)
    assert pair.city.do("holdings")[each]["versions"] == 1
