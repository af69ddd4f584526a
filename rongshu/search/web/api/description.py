"""The OpenAPI 3.1 description of the interface, made from the parameters that requests are checked by."""

from __future__ import annotations

from typing import Any, Final

from rongshu.search.web.api.parameters import SEARCHING, SUGGESTING, Parameter

BASE: Final = "/-/api/search/v1"
_STRING: Final = {"type": "string"}
_NUMBER: Final = {"type": "number"}
_COUNT: Final = {"type": "integer", "minimum": 0}


def description(server: str) -> dict[str, Any]:
    """Return the description; `server` is scheme and host of the site it was asked from."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "榕树检索接口",
            "version": "1.0.0",
            "summary": "检索各网站已发布的信息",
            "description": "每次调用须带平台发放的密钥。结果只含公众可见的内容，撤回的内容两秒内不再返回。",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server + BASE}],
        "security": [{"key": []}],
        "paths": {
            "/documents": {"get": _operation("searchDocuments", "检索", SEARCHING, "SearchAnswer")},
            "/suggestions": {"get": _operation("suggest", "搜索建议", SUGGESTING, "SuggestionList")},
            "/openapi.json": {"get": _self_description()},
        },
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "平台发放的密钥"}},
            "schemas": _SCHEMAS,
            "responses": {name: _refusal(meaning) for name, meaning in _REFUSALS.items()},
        },
    }


_REFUSALS: Final = {
    "Invalid": "参数有误，fields 说明每个参数错在哪里",
    "Unauthorized": "没有密钥，或密钥无效",
    "NotFound": "这个主机名没有对应的网站，或者 after 指的那一页不存在",
    "TooMany": "超过密钥的配额，Retry-After 说明多少秒后再试",
    "Unavailable": "检索服务暂时不可用",
}


def _operation(name: str, summary: str, parameters: tuple[Parameter, ...], answer: str) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [_parameter(one) for one in parameters],
        "responses": {
            "200": {
                "description": "成功",
                "headers": {
                    "RateLimit-Limit": {"description": "每分钟次数", "schema": _COUNT},
                    "RateLimit-Remaining": {"description": "本分钟剩余次数", "schema": _COUNT},
                    "RateLimit-Reset": {"description": "多少秒后重新计数", "schema": _COUNT},
                },
                "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{answer}"}}},
            },
            "400": {"$ref": "#/components/responses/Invalid"},
            "401": {"$ref": "#/components/responses/Unauthorized"},
            "404": {"$ref": "#/components/responses/NotFound"},
            "429": {"$ref": "#/components/responses/TooMany"},
            "503": {"$ref": "#/components/responses/Unavailable"},
        },
    }


def _parameter(one: Parameter) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": one.name, "in": "query", "description": one.meaning, "required": one.is_required,
        "schema": dict(one.schema),
    }  # fmt: skip
    if one.schema["type"] == "array":
        described |= {"style": "form", "explode": True}
    return described


def _self_description() -> dict[str, Any]:
    return {
        "operationId": "describe",
        "summary": "本说明",
        "security": [],
        "responses": {
            "200": {
                "description": "OpenAPI 3.1",
                "content": {"application/json": {"schema": {"type": "object"}}},
            },
            "404": {"$ref": "#/components/responses/NotFound"},
        },
    }


def _refusal(meaning: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Refusal"}
    return {"description": meaning, "content": {"application/json": {"schema": schema}}}


def _object(required: tuple[str, ...] = (), /, **properties: Any) -> dict[str, Any]:
    names = list(required or properties)
    return {"type": "object", "properties": properties, "required": names, "additionalProperties": False}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


_MARKED: Final = {"type": "string", "description": "已转义的 HTML，命中处以 <mark> 标出"}
_SCHEMAS: Final[dict[str, Any]] = {
    "Refusal": _object(
        code=_STRING, message=_STRING, fields={"type": "object", "additionalProperties": _STRING}
    ),
    "Attachment": _object(name=_STRING, url=_STRING, snippet_html=_MARKED),
    "Elsewhere": _object(site_name=_STRING, url=_STRING),
    "FacetValue": _object(
        value=_STRING, label=_STRING, count=_COUNT, is_chosen={"type": "boolean"}
    ),
    "Hit": _object(
        ("id", "kind", "title", "title_html", "url", "snippet_html", "published_on", "site_name",
         "organization", "type", "type_name", "validity", "validity_name", "document_number", "attachments",
         "also_on", "score"),
        id=_STRING, kind=_STRING, title=_STRING, title_html=_MARKED, url=_STRING, snippet_html=_MARKED,
        published_on={"type": ["string", "null"], "format": "date"}, site_name=_STRING, organization=_STRING,
        type=_STRING, type_name=_STRING, validity=_STRING, validity_name=_STRING, document_number=_STRING,
        attachments=_list(_ref("Attachment")),
        also_on=_list(_ref("Elsewhere")), score=_NUMBER,
        why={"type": "object", "description": "得分的由来，explain=true 时给出"},
    ),
    "SearchAnswer": _object(
        ("total", "is_total_exact", "hits", "facets", "next", "did_you_mean", "heard", "hint"),
        total=_COUNT, is_total_exact={"type": "boolean"}, hits=_list(_ref("Hit")),
        facets={"type": "object", "additionalProperties": _list(_ref("FacetValue"))},
        next={"type": ["string", "null"]}, did_you_mean=_STRING,
        heard={"type": "string", "description": "拼音或首字母已按此中文检索，as_typed=true 时按原样检索"},
        hint={"type": "string", "description": "给检索人的提示，如没有这个文号；没有提示时为空"},
    ),
    "Suggestion": _object(
        text=_STRING, kind={"type": "string", "enum": ["word", "page"]}, label=_STRING, url=_STRING
    ),
    "SuggestionList": _object(suggestions=_list(_ref("Suggestion"))),
}  # fmt: skip
