"""A mapping as people write it (YAML, form) → rules; what can't be followed is refused with its place.

type: article
fields:
  Title: title                                    # the element ← the field
  Content: {field: body, as: html}                # or plain
  PubDate: {field: created, format: "%Y%m%d%H%M"} # known ways of writing need no format
  ThemeCat: {field: kind, codes: {1: "02", 2: 财政、金融、审计}}
  OpenType: {constant: proactive}
  Keywords: {field: words, split: "；;"}
column: {field: channel, separator: "/", values: {要闻: /yw/, 测试栏目: 不迁移}, default: 其他信息}
address: {template: "https://old.example.gov.cn/art/{id}.html"}
base: https://old.example.gov.cn/                 # of relative addresses in bodies and files
files: [{field: attachments, name: title, path: url}]
skip: {field: status, values: [0, -1]}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made_anew
from typing import Any, Final
from urllib.parse import urlsplit

from rongshu.intake.errors import MappingMalformed
from rongshu.library.queries.schemas import default_standard_code, schemas_of

LEAVE_OUT: Final = "不迁移"
NUMBER_ELEMENT: Final = "IndexNo"
WAYS: Final = {
    "": "按要素类型", "text": "单行文字", "plain": "纯文本（分段）", "html": "网页正文", "date": "日期",
    "datetime": "日期时间", "number": "数字", "boolean": "是否", "list": "列表",
}  # fmt: skip
NOT_TAKEN: Final = frozenset({"Attachments", "SourceApp", "Publisher", "Image"})
_RULE_KEYS: Final = frozenset({"field", "constant", "template", "as", "format", "codes", "split", "default"})
_TOP_KEYS: Final = frozenset(
    {"type", "fields", "column", "address", "other_addresses", "base", "folder", "files", "skip"}
)
_COLUMN_KEYS: Final = _RULE_KEYS | {"separator", "values"}
_FILE_KEYS: Final = frozenset({"field", "split", "name", "path", "content", "role"})


@dataclass(frozen=True, slots=True)
class Rule:
    """Where one value comes from and how it is brought into its form."""

    field: str = ""
    constant: Any = None
    template: str = ""
    way: str = ""
    format: str = ""
    codes: Mapping[str, Any] = made_anew(default_factory=dict)
    split: str = ""
    default: Any = None


@dataclass(frozen=True, slots=True)
class ElementRule:
    """A rule and the element it fills."""

    name: str
    name_cn: str
    way: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class FileRule:
    """Where a record names its files: one text, several in one text, a list of texts or of records."""

    field: str
    split: str = ""
    name: str = ""
    path: str = ""
    content: str = ""
    role: str = "attachment"


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """A whole mapping, checked against the elements of its type."""

    type_code: str
    elements: tuple[ElementRule, ...]
    column: Rule | None
    separator: str
    column_paths: Mapping[str, str]
    address: Rule | None
    other_addresses: tuple[Rule, ...]
    base: str
    folder: str
    files: tuple[FileRule, ...]
    skip: Rule | None
    skipped_values: frozenset[str]


def read_field_mapping(given: Mapping[str, Any]) -> FieldMapping:
    """Return the mapping; raise `MappingMalformed` naming the entry that can't be followed."""
    _only(given, _TOP_KEYS, "映射")
    type_code = str(given.get("type") or "article")
    column = given.get("column")
    column = {"field": column} if isinstance(column, str) else column
    skip = given.get("skip")
    return FieldMapping(
        type_code=type_code,
        elements=_elements(given.get("fields"), type_code),
        column=_rule(column, "column", _COLUMN_KEYS) if column else None,
        separator=str((column or {}).get("separator") or "/"),
        column_paths=_column_paths(column or {}),
        address=_rule(given["address"], "address") if given.get("address") else None,
        other_addresses=tuple(_rule(one, "other_addresses") for one in _listed(given, "other_addresses")),
        base=_base(given),
        folder=str(given.get("folder") or ""),
        files=tuple(_file(one) for one in _listed(given, "files")),
        skip=_rule({"field": skip.get("field")}, "skip") if isinstance(skip, Mapping) else None,
        skipped_values=_skipped(skip),
    )


def _elements(given: Any, type_code: str) -> tuple[ElementRule, ...]:
    if not isinstance(given, Mapping) or not given:
        raise MappingMalformed(
            "映射缺少 fields：请写明每个要素取自来源的哪个字段。", fields={"fields": "必须填写"}
        )
    schema = schemas_of([type_code], standard=default_standard_code()).get(type_code)
    if schema is None:
        raise MappingMalformed(
            f"没有资源类型“{type_code}”，请核对映射的 type。", fields={"type": "没有这个类型"}
        )
    known = {rule.name: rule for rule in schema.fields}
    by_label = {rule.name_cn: rule for rule in schema.fields}
    found = []
    for name, rule in given.items():
        element = known.get(str(name)) or by_label.get(str(name))
        if (
            element is None
            or (element.is_assigned and element.name != NUMBER_ELEMENT)
            or element.name in NOT_TAKEN
        ):
            raise MappingMalformed(
                f"要素“{name}”不能由映射填写，请核对英文名或中文名。", fields={str(name): "不能填写"}
            )
        one = _rule(rule, str(name))
        found.append(
            ElementRule(element.name, element.name_cn, one.way or _usual_way(element.data_type), one)
        )
    _check_twice(found)
    return tuple(found)


def _usual_way(data_type: str) -> str:
    ways = {"html": "html", "date": "date", "datetime": "datetime", "number": "number", "boolean": "boolean"}
    return "list" if data_type == "array" else ways.get(data_type, "text")


def _check_twice(found: list[ElementRule]) -> None:
    names = [one.name for one in found]
    if twice := next((one.name_cn for one in found if names.count(one.name) > 1), ""):
        raise MappingMalformed(f"要素“{twice}”映射了两次，请只保留一处。")


def _rule(given: Any, place: str, keys: frozenset[str] = _RULE_KEYS) -> Rule:
    if isinstance(given, str):
        given = {"field": given}
    if not isinstance(given, Mapping):
        raise MappingMalformed(
            f"“{place}”的写法有误：写字段名，或 {{field: 字段名, …}}。", fields={place: "写法有误"}
        )
    _only(given, keys, place)
    way, codes = str(given.get("as") or ""), given.get("codes") or {}
    if sum(1 for name in ("field", "constant", "template") if given.get(name) not in (None, "")) != 1:
        raise MappingMalformed(
            f"“{place}”要写 field、constant、template 中的一项。", fields={place: "缺少来源"}
        )
    if way not in WAYS:
        raise MappingMalformed(
            f"“{place}”的 as 只能是 {'、'.join(filter(None, WAYS))}。", fields={place: "转换有误"}
        )
    if not isinstance(codes, Mapping):
        raise MappingMalformed(
            f"“{place}”的 codes 应是来源代码与本平台代码的对应。", fields={place: "代码表有误"}
        )
    return Rule(
        field=str(given.get("field") or ""), constant=given.get("constant"),
        template=str(given.get("template") or ""), way=way, format=str(given.get("format") or ""),
        codes={str(code): value for code, value in codes.items()}, split=str(given.get("split") or ""),
        default=given.get("default"),
    )  # fmt: skip


def _column_paths(column: Mapping[str, Any]) -> dict[str, str]:
    values = column.get("values") or {}
    if not isinstance(values, Mapping):
        raise MappingMalformed("column 的 values 应是来源栏目与本站栏目路径的对应。")
    return {
        str(old): "" if to == LEAVE_OUT else f"/{str(to).strip().strip('/')}/" for old, to in values.items()
    }


def _base(given: Mapping[str, Any]) -> str:
    base = str(given.get("base") or "")
    parts = urlsplit(base)
    if base and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise MappingMalformed("base 应是以 http:// 或 https:// 开头的网址。", fields={"base": "写法有误"})
    return base


def _file(given: Any) -> FileRule:
    if isinstance(given, str):
        given = {"field": given}
    if not isinstance(given, Mapping) or not given.get("field"):
        raise MappingMalformed(
            "files 的每一项要写明 field（附件所在的字段）。", fields={"files": "缺少 field"}
        )
    _only(given, _FILE_KEYS, "files")
    role = str(given.get("role") or "attachment")
    if role not in {"attachment", "image"}:
        raise MappingMalformed("files 的 role 只能是 attachment 或 image。", fields={"files": "role 有误"})
    texts = {name: str(given.get(name) or "") for name in ("field", "split", "name", "path", "content")}
    return FileRule(role=role, **texts)


def _skipped(skip: Any) -> frozenset[str]:
    if not skip:
        return frozenset()
    if not isinstance(skip, Mapping) or not skip.get("field") or not isinstance(skip.get("values"), list):
        raise MappingMalformed(
            "skip 要写明 field（字段）和 values（不迁移的取值列表）。", fields={"skip": "写法有误"}
        )
    return frozenset(str(value) for value in skip["values"])


def _listed(given: Mapping[str, Any], name: str) -> list[Any]:
    found = given.get(name) or []
    return found if isinstance(found, list) else [found]


def _only(given: Mapping[str, Any], known: frozenset[str], place: str) -> None:
    if unknown := sorted({str(name) for name in given} - known):
        raise MappingMalformed(
            f"{place}中没有“{unknown[0]}”这一项，可用：{'、'.join(sorted(known))}。",
            fields={unknown[0]: "没有这一项"},
        )
