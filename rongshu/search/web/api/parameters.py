"""Parameters of the interface: read strictly, so that a misspelt one is told rather than ignored."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import QueryDict

from rongshu.foundation.errors import InvalidInput
from rongshu.search.engines.port import Sort
from rongshu.search.queries.searching import SearchQuery
from rongshu.search.web.asking import FACETS, LONGEST, MOST_VALUES, SCOPES, one_line

MOST_HITS: Final = 50
_CURSOR_LENGTH: Final = 400
_VALUE_PATTERN: Final = r"^[0-9A-Za-z_.:\-]{1,64}$"
_DAY_PATTERN: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_TEXT: Final = {"type": "string", "minLength": 1, "maxLength": LONGEST}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter with its schema (JSON Schema 2020-12), which is what it is checked by."""

    name: str
    meaning: str
    schema: Mapping[str, Any]
    is_required: bool = False


def _many(names: tuple[str, ...]) -> Mapping[str, Any]:
    return {"type": "array", "items": {"type": "string", "enum": list(names)}, "maxItems": len(names)}


Q: Final = Parameter("q", "检索词，写法同网页搜索框", _TEXT, is_required=True)
SEARCHING: Final[tuple[Parameter, ...]] = (
    Q,
    Parameter("in", "在结果中再检索", _TEXT),
    Parameter("scope", "范围", {"type": "string", "enum": [*SCOPES], "default": "all"}),
    *(
        Parameter(
            name,
            f"{meaning}，取自同名分面的 value，可重复",
            {
                "type": "array", "items": {"type": "string", "pattern": _VALUE_PATTERN},
                "maxItems": MOST_VALUES,
            },
        )
        for name, meaning in FACETS.items()
    ),
    Parameter("from", "发布日期不早于", {"type": "string", "format": "date", "pattern": _DAY_PATTERN}),
    Parameter("until", "发布日期不晚于", {"type": "string", "format": "date", "pattern": _DAY_PATTERN}),
    Parameter(
        "sort", "排序", {"type": "string", "enum": [one.value for one in Sort], "default": "relevance"}
    ),
    Parameter("facets", "要计数的分面，可重复", _many(tuple(FACETS))),
    Parameter("limit", "每页条数", {"type": "integer", "minimum": 1, "maximum": MOST_HITS, "default": 10}),
    Parameter(
        "after", "上一页返回的 next", {"type": "string", "minLength": 1, "maxLength": _CURSOR_LENGTH}
    ),
    Parameter(
        "as_typed", "为 true 时不把拼音、首字母换成中文检索", {"type": "boolean", "default": False}
    ),
    Parameter("explain", "为 true 时说明每条结果的得分", {"type": "boolean", "default": False}),
)  # fmt: skip
SUGGESTING: Final[tuple[Parameter, ...]] = (Q,)


def checked(parameters: QueryDict, known: tuple[Parameter, ...]) -> dict[str, Any]:
    """Return the values by name, each as its schema says; raise `InvalidInput` naming every wrong one."""
    wrong: dict[str, str] = {}
    values: dict[str, Any] = {}
    names = {one.name for one in known}
    wrong |= {name[:40]: "没有这个参数" for name in parameters if name not in names}
    for one in known:
        given = parameters.getlist(one.name)
        try:
            if given or one.is_required:
                values[one.name] = _read(one, given)
        except ValueError as error:
            wrong[one.name] = str(error)
    if wrong:
        raise InvalidInput(
            "参数有误：" + "；".join(f"{name} {what}" for name, what in wrong.items()), fields=wrong
        )
    return values


def search_query(values: Mapping[str, Any]) -> SearchQuery:
    """Return the search that checked values ask for."""
    return SearchQuery(
        text=values["q"],
        within=values.get("in", ""),
        scope=values.get("scope", "all"),
        chosen={name: tuple(values[name]) for name in FACETS if values.get(name)},
        published_from=values.get("from"),
        published_until=values.get("until"),
        sort=Sort(values.get("sort", "relevance")),
        after=values.get("after"),
        limit=values.get("limit", 10),
        facets=tuple(values.get("facets", ())),
        explain=values.get("explain", False),
        as_typed=values.get("as_typed", False),
    )


def _read(one: Parameter, given: list[str]) -> Any:
    schema = one.schema
    if schema["type"] == "array":
        if len(given) > schema["maxItems"]:
            raise ValueError(f"最多 {schema['maxItems']} 个")
        return [_string(value, schema["items"]) for value in given]
    if len(given) != 1:
        raise ValueError("必须给出" if not given else "只能给一次")
    return _READERS[str(schema["type"])](given[0], schema)


def _string(text: str, schema: Mapping[str, Any]) -> Any:
    if "enum" in schema and text not in schema["enum"]:
        raise ValueError("只能是 " + "、".join(schema["enum"]))
    if "pattern" in schema and not re.fullmatch(schema["pattern"], text):
        raise ValueError("写法不对")
    if not schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", len(text)):
        raise ValueError(f"长度为 {schema['minLength']} 到 {schema['maxLength']} 个字")
    if schema.get("format") == "date":
        return _day(text)
    return one_line(text) if "maxLength" in schema and schema["maxLength"] == LONGEST else text


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("没有这一天") from None


def _integer(text: str, schema: Mapping[str, Any]) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or not schema["minimum"] <= int(text) <= schema["maximum"]:
        raise ValueError(f"应为 {schema['minimum']} 到 {schema['maximum']} 之间的整数")
    return int(text)


def _boolean(text: str, _: Mapping[str, Any]) -> bool:
    if text not in {"true", "false"}:
        raise ValueError("只能是 true 或 false")
    return text == "true"


_READERS: Final[Mapping[str, Callable[[str, Mapping[str, Any]], Any]]] = {
    "string": _string, "integer": _integer, "boolean": _boolean,
}  # fmt: skip
