"""Direct answers: whom a query means, what it asks of him, and nothing where nobody plainly is meant."""

# ruff: noqa: E501 - elements read better in few lines

from __future__ import annotations

from typing import Any

import pytest

from rongshu.organizations.actions.register_region import register_region
from rongshu.publishing.tests.world import CLOCK, World
from rongshu.search.actions.index_pending import index_pending
from rongshu.search.queries.answering import DirectAnswer, direct_answers
from rongshu.search.queries.places import AskedPlace, Place
from rongshu.search.tests.province import ask, policy, reader_of

INSTITUTION: dict[str, Any] = {
    "OrgName": "示范省教育厅",
    "USCC": "11990000MB00000021",
    "Duties": "主管全省教育工作。",
    "InnerOrgs": [{"Name": "办公室"}],
    "Address": "示范市榕树路1号",
    "Postcode": "000000",
    "OfficeHours": "工作日9:00至17:00",
    "Phone": "0000-00000021",
    "Leader": "示范厅长",
}
GUIDE: dict[str, Any] = {
    "ItemCode": "990000001", "Name": "教师资格认定", "Type": "行政许可", "Basis": "示范依据", "Object": "自然人",
    "Conditions": "具备学历", "Materials": [{"Name": "身份证明"}], "Process": "申请、受理", "Place": "政务大厅三楼",
    "Time": "工作日", "Contact": "0000-00000022", "Fee": "不收费", "LegalDays": "20个工作日",
    "PromiseDays": "5个工作日", "ResultForm": "证书", "OnlineUrl": "https://portal.localhost/do",
}  # fmt: skip


@pytest.fixture
def filled(world: World) -> World:
    """Return a province with an institution, a service, a document, and news about them."""
    world.article(title="示范省教育厅", type_code="institution", elements=INSTITUTION)
    world.article(title="教师资格认定", type_code="service-guide", elements=GUIDE)
    policy(world, "校舍安全管理办法")
    for number in range(12):
        world.article(title=f"示范省教育厅召开第{number}次电话会议")
    index_pending()
    return world


def answers(world: World, text: str) -> tuple[DirectAnswer, ...]:
    return direct_answers(reader_of(world), text, ask(world, text))


def test_who_asks_for_a_telephone_gets_it_first(filled: World) -> None:
    for text in ("教育厅电话", "示范省教育厅的联系电话", "教育局电话是多少"):
        answer = answers(filled, text)[0]
        assert (answer.title, answer.facts[0]) == ("示范省教育厅", ("电话", "0000-00000021")), text


def test_what_is_asked_for_stands_first(filled: World) -> None:
    assert answers(filled, "教育厅几点上班")[0].facts[0] == ("办公时间", "工作日9:00至17:00")
    assert answers(filled, "教育厅在哪里")[0].facts[0] == ("办公地址", "示范市榕树路1号")


def test_a_service_says_how_it_is_done_and_where_online(filled: World) -> None:
    answer = answers(filled, "教师资格认定怎么办")[0]
    assert answer.label == "办事"
    assert ("办理地点", "政务大厅三楼") in answer.facts
    assert answer.actions == (("在线办理", "https://portal.localhost/do"),)


def test_a_document_is_answered_by_its_number(filled: World) -> None:
    assert [one.title for one in answers(filled, "示教发[2024]12号")] == ["校舍安全管理办法"]


def test_nothing_is_answered_where_nobody_is_meant(filled: World) -> None:
    for text in ("电话会议", "民政厅电话", "电话", "怎么办", "？", ""):
        assert answers(filled, text) == (), text


@pytest.mark.parametrize(
    ("said", "code", "name", "is_so"),
    [
        ("", "990000", "示范省", True),
        ("示范市", "990000", "示范省", False),
        ("请问邻县", "990100", "示范市", False),
        ("市", "990000", "示范省", False),
        ("本市", "990100", "示范市", True),
        ("本市", "990200", "榕江市", False),
        ("全省", "990000", "示范省", True),
    ],
)
def test_the_place_before_a_name_is_heeded(said: str, code: str, name: str, *, is_so: bool) -> None:
    assert AskedPlace(reader="990102").allows(Place(code, name), said, is_area=False) is is_so


def test_another_regions_institution_is_no_answer(filled: World) -> None:
    for code, name in (("990100", "示范市"), ("990200", "榕江市")):
        register_region(actor=CLOCK, code=code, name=name)
    for text in (
        "示范市教育局电话",
        "示范市教育厅电话",
        "榕江市教育局的电话",
        "榕江教育局电话",
        "邻市教育局电话",
        "县教育局电话",
    ):
        assert answers(filled, text) == (), text
    city = {**INSTITUTION, "OrgName": "示范市教育局", "Phone": "0000-00000031"}
    filled.article(title="示范市教育局", type_code="institution", elements=city)
    index_pending()

    named = {text: [one.title for one in answers(filled, text)] for text in _PLACED}
    assert named == {text: [title] for text, title in _PLACED.items()}
    assert answers(filled, "榕江市教育局的电话") == ()
    assert answers(filled, "示范市教师资格认定怎么办") == ()
    assert [one.label for one in answers(filled, "示范省教师资格认定怎么办")] == ["办事"]


_PLACED = {
    "示范市教育局电话": "示范市教育局",
    "示范省示范市教育局在哪里": "示范市教育局",
    "市教育局电话": "示范市教育局",
    "示范省教育厅电话": "示范省教育厅",
    "省教育厅电话": "示范省教育厅",
}
