"""Reading a site file: YAML with the line of every item, checked against its JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from rongshu.sites.errors import SiteFileMalformed

LARGEST: Final = 2 * 1024 * 1024
_SCHEMA: Final = Path(__file__).parent.parent / "seed" / "site_file.schema.json"
_MOST_SHOWN: Final = 20
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class SiteFile:
    """What a file declares, and on which line each item stands."""

    name: str
    content: dict[str, Any]
    lines: dict[Place, int]

    def where(self, place: Place) -> str:
        """Return a place in words: `第 12 行 sites[0].columns[1]`."""
        known = place
        while known and known not in self.lines:
            known = known[:-1]
        line = self.lines.get(known, 1)
        return f"第 {line} 行 {_written(place)}".rstrip()


class _Loader(yaml.SafeLoader):
    """YAML without dates (they stay texts) and without references, which could grow beyond all bounds."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise _malformed([(f"第 {mark.line + 1} 行", "不支持 YAML 引用（*），请直接写出内容")])
        return super().compose_node(parent, index)


_Loader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_site_file(text: str, name: str = "") -> SiteFile:
    """Return what a file declares; raise SiteFileMalformed naming line and field of everything wrong."""
    if len(text.encode()) > LARGEST:
        raise SiteFileMalformed("配置文件超过 2 MB，请拆分为多个文件。")
    root = _composed(text)
    lines: dict[Place, int] = {}
    content = _built(root, (), lines)
    if not isinstance(content, dict):
        raise _malformed(
            [("第 1 行", "文件最外层须为 regions、organizations、persons、sites、mandates 各项")]
        )
    file = SiteFile(name, content, lines)
    problems = [(file.where(tuple(error.absolute_path)), _sentence(error)) for error in _errors(content)]
    if problems:
        raise _malformed(problems)
    return file


def _composed(text: str) -> yaml.Node | None:
    try:
        loader = _Loader(text)
        return loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise _malformed([(f"第 {line} 行", "不是有效的 YAML，请检查缩进、冒号和引号")]) from error
    except yaml.YAMLError as error:
        raise _malformed([("文件", "含有 YAML 不允许的字符，请以 UTF-8 保存")]) from error


def _built(node: yaml.Node | None, place: Place, lines: dict[Place, int]) -> Any:
    """Return the plain value of a node, noting the line of every place below it."""
    if node is None:
        return {}
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, place, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_built(item, (*place, index), lines) for index, item in enumerate(node.value)]
    return _scalar(node)


def _mapping(node: yaml.MappingNode, place: Place, lines: dict[Place, int]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        if key in values:
            line = key_node.start_mark.line + 1
            raise _malformed([(f"第 {line} 行 {_written((*place, key))}", "重复出现，请只保留一处")])
        values[key] = _built(value_node, (*place, key), lines)
        lines[*place, key] = key_node.start_mark.line + 1
    return values


def _scalar(node: yaml.Node) -> Any:
    constructor = yaml.constructor.SafeConstructor()
    try:
        return constructor.construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        raise _malformed([(f"第 {node.start_mark.line + 1} 行", "取值无法识别，请加引号写成文字")]) from error


def _errors(content: object) -> Iterable[ValidationError]:
    found = _validator().iter_errors(content)
    return sorted(found, key=lambda error: [str(part).zfill(6) for part in error.absolute_path])


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(_SCHEMA.read_text(encoding="utf-8")))


_TYPES: Final = {
    "string": "文字（数字请加引号）",
    "integer": "整数",
    "boolean": "true 或 false",
    "array": "列表",
    "object": "键值对",
}
# Takes the value the schema wants and the value that stands there.
_SENTENCES: Final[dict[str, Callable[[Any, Any], str]]] = {
    "required": lambda wanted, value: "缺少：" + "、".join(name for name in wanted if name not in value),
    "type": lambda wanted, value: f"须为{_TYPES.get(str(wanted), str(wanted))}",
    "enum": lambda wanted, value: f"“{value}”不在取值范围内，须为 {'、'.join(map(str, wanted))} 之一",
    "pattern": lambda wanted, value: f"“{value}”的格式不正确",
    "minLength": lambda wanted, value: "不能为空",
    "minItems": lambda wanted, value: "不能为空",
    "minProperties": lambda wanted, value: "不能为空",
    "maxProperties": lambda wanted, value: "一项授权只能有一个角色和一个范围",
    "dependentRequired": lambda wanted, value: (
        "填写 without 须同时填写 standard，填写 tokens 须同时填写 theme"
    ),
    "minimum": lambda wanted, value: f"“{value}”不得小于 {wanted}",
    "maximum": lambda wanted, value: f"“{value}”不得大于 {wanted}",
    "maxLength": lambda wanted, value: f"不得超过 {wanted} 个字",
}


def _sentence(error: ValidationError) -> str:
    """Return in Chinese what a schema error says."""
    if error.validator == "additionalProperties" and isinstance(error.schema, dict):
        known = error.schema.get("properties", {})
        return "不认识的项：" + "、".join(str(name) for name in _names(error.instance) if name not in known)
    said = _SENTENCES.get(str(error.validator), lambda wanted, value: "不符合要求")
    return said(error.validator_value, error.instance)


def _names(instance: object) -> list[str]:
    return [str(name) for name in instance] if isinstance(instance, dict) else []


def _malformed(problems: Iterable[tuple[str, str]]) -> SiteFileMalformed:
    problems = list(problems)
    shown = "；".join(f"{where}：{what}" for where, what in problems[:_MOST_SHOWN])
    more = f"；另有 {len(problems) - _MOST_SHOWN} 处" if len(problems) > _MOST_SHOWN else ""
    return SiteFileMalformed(f"配置文件有误，未做任何改动。{shown}{more}。", fields=dict(problems))


def _written(place: Place) -> str:
    return "".join(_parts(place)).lstrip(".")


def _parts(place: Place) -> Iterator[str]:
    for part in place:
        yield f"[{part}]" if isinstance(part, int) else f".{part}"
