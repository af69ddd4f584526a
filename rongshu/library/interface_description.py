"""The interface description of a resource type, generated from its definition (P2-13): JSON Schema,
OpenAPI, Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from rongshu.library.gate.schemas import FieldRule, TypeSchema

JSONSchema = dict[str, Any]

_TYPES: Final[dict[str, JSONSchema]] = {
    "text": {"type": "string"},
    "html": {"type": "string", "contentMediaType": "text/html"},
    "code": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "url": {"type": "string", "format": "uri"},
    "reference": {"type": "string", "format": "uuid"},
    "organization": {"type": "string", "description": "统一社会信用代码"},
    "file": {"$ref": "#/$defs/files"},
    "object": {"type": "object"},
}
_FILES: Final[JSONSchema] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["digest", "name", "media_type", "size"],
        "properties": {
            "digest": {"type": "string", "pattern": "^(sha256|sm3):[0-9a-f]{64}$"},
            "name": {"type": "string"},
            "media_type": {"type": "string"},
            "size": {"type": "integer", "minimum": 0},
            "role": {"enum": ["attachment", "image"]},
            "alt": {"type": "string"},
        },
    },
}
_OBLIGATIONS: Final = {"M": "必选", "C": "条件必选", "O": "可选"}


def json_schema(schema: TypeSchema) -> JSONSchema:
    """Return the JSON Schema (2020-12) of a record of this type as the interfaces give and take it."""
    described: JSONSchema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:rongshu:{schema.standard}:{schema.code}",
        "title": schema.name_cn,
        "type": "object",
        "properties": {rule.name: _property(rule) for rule in schema.fields},
        "required": [rule.name for rule in schema.fields if rule.obligation == "M" and not rule.is_assigned],
        "additionalProperties": False,
        "$defs": {"files": _FILES},
    }
    conditions = list(_conditions(schema))
    return {**described, "allOf": conditions} if conditions else described


def openapi(schema: TypeSchema) -> dict[str, Any]:
    """Return an OpenAPI 3.1 document for reading this type from a site's public interface."""
    name = "".join(part.capitalize() for part in schema.code.split("-"))
    one = {"$ref": f"#/components/schemas/{name}"}
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{schema.name_cn}接口", "version": "1"},
        "paths": {
            f"/-/api/{schema.code}": {"get": _list_operation(schema, one)},
            f"/-/api/{schema.code}/{{ResID}}": {"get": _one_operation(schema, one)},
        },
        "components": {"schemas": {name: json_schema(schema)}},
    }


def markdown(schema: TypeSchema) -> str:
    """Return the interface document people read: one table of all elements, nested ones indented."""
    lines = [
        f"# {schema.name_cn}（{schema.code}）",
        "",
        f"资源库标准：{schema.standard}。",
        "约束：M 必选，C 条件必选，O 可选；“系统”表示由平台赋值，提交时不填。",
        "",
        "| 中文名称 | 英文名称 | 类型 | 长度 | 约束 | 值域 | 元数据集 | 说明 |",
        "|---|---|---|---|---|---|---|---|",
        *_rows(schema.fields, ""),
    ]
    return "\n".join(lines) + "\n"


def _property(rule: FieldRule) -> JSONSchema:
    if rule.data_type == "array":
        one = _object(rule.fields) if rule.fields else _with_limits({"type": "string"}, rule)
        described: JSONSchema = {"type": "array", "items": one}
    elif rule.data_type == "object":
        described = _object(rule.fields)
    else:
        described = _with_limits(dict(_TYPES[rule.data_type]), rule)
    return {"title": rule.name_cn, **described, **({"readOnly": True} if rule.is_assigned else {})}


def _object(rules: tuple[FieldRule, ...]) -> JSONSchema:
    return {
        "type": "object",
        "properties": {rule.name: _property(rule) for rule in rules},
        "required": [rule.name for rule in rules if rule.obligation == "M"],
    }


def _with_limits(described: JSONSchema, rule: FieldRule) -> JSONSchema:
    if rule.domain:
        described["enum"] = list(rule.domain)
    elif rule.length and described.get("type") == "string":
        described["maxLength"] = rule.length
    return described


def _conditions(schema: TypeSchema) -> Iterator[JSONSchema]:
    """Yield the conditional obligations that a machine can decide and that refuse a record."""
    for rule in schema.fields:
        condition = rule.condition
        if rule.obligation != "C" or rule.is_assigned or not condition or condition.get("flag"):
            continue
        if "without" in condition:
            yield {"anyOf": [{"required": [name]} for name in (rule.name, *condition["without"])]}
        else:
            is_so = {condition["element"]: {"enum": list(condition["in"])}}
            yield {
                "if": {"properties": is_so, "required": [condition["element"]]},
                "then": {"required": [rule.name]},
            }


def _list_operation(schema: TypeSchema, one: JSONSchema) -> dict[str, Any]:
    listing = {
        "type": "object",
        "required": ["total", "page", "size", "results"],
        "properties": {
            "total": {"type": "integer"},
            "page": {"type": "integer"},
            "size": {"type": "integer"},
            "results": {"type": "array", "items": one},
        },
    }
    numbers = [
        {"name": name, "in": "query", "schema": {"type": "integer", "minimum": 1}}
        for name in ("page", "size")
    ]
    return {
        "summary": f"{schema.name_cn}列表",
        "parameters": numbers,
        "responses": {"200": {"description": "一页", "content": {"application/json": {"schema": listing}}}},
    }


def _one_operation(schema: TypeSchema, one: JSONSchema) -> dict[str, Any]:
    identifier = {
        "name": "ResID",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "format": "uuid"},
    }
    return {
        "summary": f"一条{schema.name_cn}",
        "parameters": [identifier],
        "responses": {
            "200": {"description": "资源", "content": {"application/json": {"schema": one}}},
            "404": {"description": "没有，或无权查看"},
        },
    }


def _rows(rules: tuple[FieldRule, ...], indent: str) -> Iterator[str]:
    for rule in rules:
        obligation = "系统" if rule.is_assigned else f"{rule.obligation} {_OBLIGATIONS[rule.obligation]}"
        cells = [
            f"{indent}{rule.name_cn}", f"`{rule.name}`", rule.data_type, str(rule.length or ""), obligation,
            _domain_text(rule), rule.element_set, _condition_text(rule),
        ]  # fmt: skip
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
        yield from _rows(rule.fields, f"{indent}　")


def _domain_text(rule: FieldRule) -> str:
    return "、".join(f"{code} {label}" for code, label in (rule.domain or {}).items())


def _condition_text(rule: FieldRule) -> str:
    condition = rule.condition
    if rule.obligation != "C" or not condition:
        return "适用时填写" if rule.obligation == "C" else ""
    if "without" in condition:
        return f"没有 {'、'.join(condition['without'])} 时必填"
    values = "、".join(str(value) for value in condition["in"])
    return f"{condition['element']} 为 {values} 时{'应填' if condition.get('flag') else '必填'}"
