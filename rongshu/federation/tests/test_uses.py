"""Who uses which resource where: told to whom it came from, asked of whom it was given to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.federation.actions.ask_uses import ask_due, ask_uses
from rongshu.federation.errors import BatchMalformed
from rongshu.federation.models import Partner, UseElsewhere
from rongshu.federation.tests.neighbourhood import Neighbour, foreign_article, neighbour_of
from rongshu.federation.tests.sending import Answered, SendingNode
from rongshu.foundation.installation import node_id
from rongshu.publishing.tests.world import World

SINCE = "2026-11-23T08:00:00.000000Z"


@pytest.fixture
def neighbour(world: World) -> Neighbour:
    return neighbour_of(world)


@pytest.fixture
def sender(neighbour: Neighbour) -> Iterator[SendingNode]:
    with SendingNode(neighbour.key).answering() as node:
        neighbour.partner.refresh_from_db()
        yield node


@pytest.fixture
def page(world: World, console_client: ConsoleClient) -> ConsoleClient:
    return sign_in(console_client, world.operator)


def told(neighbour: Neighbour, **parameters: Any) -> Any:
    asker = neighbour.asker()
    asker.node = node_id()
    return orjson.loads(asker.get("/uses", parameters).body)


def use(resource: Any, node: Any, **changes: str) -> dict[str, str]:
    return {
        "resource": str(resource), "node": str(node), "name": "示例市资源库", "site": "示例市人民政府",
        "column": "通知公告", "url": "https://shili.localhost/a/2026/11/k3.html", "since": SINCE, **changes,
    }  # fmt: skip


def answers(sender: SendingNode, *pages: dict[str, Any]) -> None:
    """Let the node tell these pages, one after the other, whenever it is asked from the beginning."""
    left: list[dict[str, Any]] = []

    def change(path: str, answered: Answered) -> None:
        if path.endswith("/uses"):
            if "after=" not in sender.asked[-1]:
                left[:] = pages
            answered.status, answered.body = 200, orjson.dumps(left.pop(0))

    sender.change = change


@pytest.mark.requirement("P6-06")
def test_a_node_is_told_where_what_came_from_it_is_shown(world: World, neighbour: Neighbour) -> None:
    first, second = sorted(foreign_article(world, neighbour.partner).pk for _ in range(2))
    foreign_article(world, neighbour_of(world).partner)  # another's: not this one's to know
    behind = neighbour_of(world).partner
    UseElsewhere.objects.create(
        partner=behind, node=behind.pk, node_name="示例县资源库", resource_id=second, site="示例县人民政府",
        column="转载", url="https://xian.localhost/a/1.html", since=SINCE, told_at=SINCE,
    )  # fmt: skip

    found = told(neighbour, limit=1)
    assert ([one["resource"] for one in found["uses"]], found["next"]) == ([str(first)], str(first))
    assert found["uses"][0] == {
        "resource": str(first), "node": str(node_id()), "name": found["uses"][0]["name"],
        "site": world.portal.name, "column": world.news.name, "url": found["uses"][0]["url"],
        "since": found["uses"][0]["since"],
    }  # fmt: skip
    found = told(neighbour, limit=1, after=str(first))
    assert found["next"] is None
    assert {(one["name"], one["column"]) for one in found["uses"]} >= {("示例县资源库", "转载")}
    assert {one["resource"] for one in found["uses"]} == {str(second)}

    for wrong in ({"limit": 0}, {"limit": 201}, {"after": "x"}):
        assert told(neighbour, **wrong)["code"] == "request-malformed"


@pytest.mark.requirement("P6-06")
def test_what_a_node_tells_replaces_what_it_told(
    world: World, neighbour: Neighbour, sender: SendingNode, page: ConsoleClient
) -> None:
    one, two = sorted(world.effective(title=title).pk for title in ("示例规划", "示例通知"))
    node = neighbour.node
    answers(
        sender,
        {
            "uses": [use(one, node), use(one, node, url="javascript:0", column="转载")],
            "next": str(one),
        },
        {"uses": [use(two, node), use(uuid4(), node), use(two, node_id())], "next": None},
    )
    assert ask_due()
    assert not ask_due()
    rows = UseElsewhere.objects.order_by("resource_id", "column").values_list("resource_id", "column", "url")
    assert sorted(rows) == sorted(
        [(one, "转载", ""), *((each, "通知公告", use(each, node)["url"]) for each in (one, two))]
    )
    shown = page.get(reverse("federation-uses-elsewhere")).text
    assert "示例规划" in shown
    assert f'href="{use(one, node)["url"]}"' in shown
    assert "javascript:" not in shown

    answers(sender, {"uses": [use(two, node)], "next": None})
    assert page.post(reverse("federation-ask-uses")).status_code == 302
    assert ask_due()
    assert list(UseElsewhere.objects.values_list("resource_id", flat=True)) == [two]


@pytest.mark.parametrize(
    "said",
    [
        [],
        {"uses": {}},
        {"uses": ["x"], "next": None},
        {"uses": [use("x", "y")], "next": None},
        {"uses": [use(uuid4(), uuid4(), since="gestern")], "next": None},
        {"uses": [], "next": ""},
        {"uses": [], "next": 7},
    ],
)
def test_an_answer_that_is_none_changes_nothing(
    world: World, neighbour: Neighbour, sender: SendingNode, said: Any
) -> None:
    resource = world.effective()
    answers(sender, {"uses": [use(resource.pk, neighbour.node)], "next": None})
    assert ask_uses(neighbour.partner) == 1
    answers(sender, said)
    with pytest.raises(BatchMalformed):
        ask_uses(neighbour.partner)
    assert UseElsewhere.objects.get().resource_id == resource.pk
    Partner.objects.update(uses_due_at=None)
    assert ask_due()  # the failure is noted, and it is another's turn
    assert not ask_due()


def test_uses_of_many_resources_are_read_together(
    world: World, neighbour: Neighbour, page: ConsoleClient
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            assert page.get(reverse("federation-uses")).status_code == 200
        return len(made)

    foreign_article(world, neighbour.partner)
    queries()
    before = queries()
    for _ in range(3):
        foreign_article(world, neighbour.partner)
    assert queries() == before
