"""Direct answers: what somebody wants to know stands above the results already.

Nothing is invented: an answer is a hit whose name the query says (or whose document number), with the
elements of its effective version. Who asks for something particular, a telephone or an opening hour, gets
that first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from rongshu.foundation import clock
from rongshu.search import analysis
from rongshu.search.models import Promotion
from rongshu.search.queries.names import region_of_organization
from rongshu.search.queries.places import PLACE, AskedPlace, most_particular, place_of
from rongshu.search.queries.searching import Reader, ResultHit, Results, SearchQuery, search
from rongshu.search.queries.texts import plain
from rongshu.search.queries.vocabulary import promoted_for, vocabulary_of

_MOST: Final = 2
_LOOKED_AT: Final = 5
_LONGEST_FACT: Final = 120
_NAMED: Final = ("institution", "leader", "service-guide")
# What is asked for → the elements that say it, by type.
_CUES: Final[tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]] = (
    (re.compile("电话|联系方式|咨询|热线"), ("Phone", "Contact", "Address")),
    (re.compile("地址|在哪|哪里|怎么走|位置"), ("Address", "Place", "OfficeHours")),
    (re.compile("上班|下班|几点|办公时间|工作时间|开门|营业"), ("OfficeHours", "Time", "Phone")),
    (re.compile("材料|带什么|需要什么|手续|条件"), ("Conditions",)),
    (re.compile("费用|收费|多少钱"), ("Fee",)),
    (re.compile("多久|几天|时限|多长时间"), ("PromiseDays", "LegalDays")),
    (re.compile("怎么办|办理|申请|如何办|怎样办|流程"), ("Conditions", "Place", "Time", "Contact")),
    (
        re.compile("局长|厅长|主任|市长|县长|区长|省长|书记|是谁|领导|分管|负责人"),
        ("Post", "Duties", "Leader"),
    ),
)
_FACTS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "institution": (
        ("Phone", "电话"), ("Address", "办公地址"), ("OfficeHours", "办公时间"), ("Leader", "负责人"),
        ("Fax", "传真"), ("Postcode", "邮政编码"),
    ),
    "leader": (("Post", "职务"), ("Duties", "分工")),
    "service-guide": (
        ("Object", "服务对象"), ("Conditions", "受理条件"), ("Place", "办理地点"),
        ("Time", "办理时间"), ("Contact", "咨询电话"), ("PromiseDays", "承诺时限"), ("LegalDays", "法定时限"),
        ("Fee", "收费情况"),
    ),
    "policy-document": (("IssuingOrg", "发文机关"), ("DocNo", "发文字号"), ("WrittenDate", "成文日期")),
}  # fmt: skip
_LABELS: Final = {
    "institution": "机构", "leader": "领导", "service-guide": "办事", "policy-document": "文件",
}  # fmt: skip
_UNITS: Final = ("局", "厅", "委", "办", "部门")
_UNIT: Final = re.compile("(局|厅|委员会|委|办公室|办)$")
_NAMES: Final = {"institution": "OrgName", "leader": "Name", "service-guide": "Name"}


@dataclass(frozen=True, slots=True)
class DirectAnswer:
    """One answer with the page it comes from. `facts`: (label, value); `actions`: (label, address)."""

    kind: str  # the type of the resource, or "recommended"
    label: str
    title: str
    url: str
    text: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    actions: tuple[tuple[str, str], ...] = ()
    validity: str = ""


def direct_answers(reader: Reader, text: str, results: Results) -> tuple[DirectAnswer, ...]:
    """Return what editors recommend, then at most two answers; none where nothing plainly is one."""
    meant = results.heard or text
    said = "".join(analysis.normalise(meant).split())
    if not said:
        return ()
    recommended = promoted_for(reader.site, (text, results.heard), clock.today()).best_bets
    return (*map(_recommended, recommended), *_answers(reader, meant, said, results))


def _recommended(one: Promotion) -> DirectAnswer:
    return DirectAnswer("recommended", "推荐", one.title, one.url, one.text)


def _answers(reader: Reader, text: str, said: str, results: Results) -> tuple[DirectAnswer, ...]:
    wanted = [element for cue, elements in _CUES if cue.search(said) for element in elements]
    hits = [hit for hit in results.hits[:_LOOKED_AT] if _type(hit) in _FACTS]
    if wanted:
        hits = [*_named(reader, text), *hits]
    numbers = frozenset(analysis.document_numbers(text))
    asked = _asked_place(reader, results)
    meant = {hit.id: hit for hit in hits if _is_meant(reader, hit, asked, said, numbers)}
    return tuple(_answer(hit, _elements(hit), wanted) for hit in list(meant.values())[:_MOST])


def _asked_place(reader: Reader, results: Results) -> AskedPlace:
    regions = results.understood.regions if results.understood else ()
    return AskedPlace(most_particular(regions), reader.region or "")


def _named(reader: Reader, text: str) -> Iterable[ResultHit]:
    """What can be asked for by name, also where other results stand before it."""
    query = SearchQuery(text=text, chosen={"type": _NAMED}, limit=_LOOKED_AT)
    return search(reader, query).hits


def _is_meant(reader: Reader, hit: ResultHit, asked: AskedPlace, said: str, numbers: frozenset[str]) -> bool:
    """Whether the query says the number of a document, or the name of anything else where it is."""
    elements = _elements(hit)
    if _type(hit) == "policy-document":
        return bool(numbers & frozenset(analysis.document_numbers(str(elements.get("DocNo", "")))))
    names = (str(elements.get(_NAMES[_type(hit)], "")), plain(hit.title_html))
    own = region_of_organization(str(hit.source.get("organization", "")))
    regions = vocabulary_of(reader.site).regions
    for name in (analysis.normalise(one) for one in names if len(one) > 1):
        if name in said and PLACE.match(name):
            return True
        before = _before(said, name)
        is_area = _type(hit) == "service-guide"
        if before is not None and asked.allows(place_of(name, regions, own), before, is_area=is_area):
            return True
    return False


def _before(said: str, name: str) -> str | None:
    """What a query says before a name less its place (示范市教育局 → 教育局); None: it names no such."""
    core = _core(name)
    stem = _UNIT.sub("", core)
    # People say 教育局 where a province has a 教育厅.
    called = [stem + unit for unit in _UNITS] if stem != core and len(stem) > 1 else []
    found = next((one for one in (core, *called) if one in said), None)
    if found is not None:
        return said[: said.index(found)]
    return "" if len(said) > 2 and name.endswith(said) else None


def _core(name: str) -> str:
    """A name without the region it begins with, where enough is left of it."""
    rest = PLACE.sub("", name)
    return rest if len(rest) > 2 else name


def _answer(hit: ResultHit, elements: Mapping[str, Any], wanted: Sequence[str]) -> DirectAnswer:
    kind = _type(hit)
    facts = [(name, label, _fact(elements.get(name))) for name, label in _FACTS[kind]]
    # What was asked for stands first, in the order in which it answers the question.
    ordered = sorted((one for one in facts if one[2]), key=lambda one: [*wanted, one[0]].index(one[0]))
    answer = DirectAnswer(
        kind=kind,
        label=_LABELS[kind],
        title=plain(hit.title_html),
        url=hit.url,
        facts=tuple((label, value) for _, label, value in ordered[:6]),
        validity=str(hit.source.get("validity", "")),
    )
    online = str(elements.get("OnlineUrl", ""))
    is_open = online.startswith(("https://", "http://"))
    return replace(answer, actions=(("在线办理", online),)) if is_open and kind == "service-guide" else answer


def _fact(value: Any) -> str:
    """An element in one short line."""
    text = " ".join(str(value or "").split())
    return text if len(text) <= _LONGEST_FACT else text[: _LONGEST_FACT - 1] + "…"


def _elements(hit: ResultHit) -> Mapping[str, Any]:
    """The short elements of what was found; long ones and tables stand on its page."""
    found: Mapping[str, Any] = hit.source.get("elements") or {}
    number = hit.document_number
    return {**found, "DocNo": number} if number else found


def _type(hit: ResultHit) -> str:
    return str(hit.source.get("type", "")) if hit.kind == "resource" else ""
