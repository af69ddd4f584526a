"""Lists a script draws from data: which address is asked page by page, and what the rows' links look like."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from .addresses import absolute
from .routes import filled, route_address, route_of, value_of, words_of
from .scripts import Scripts, evaluate, expression_at

JSON_BODY = ""
"""The name of the only field where what is posted is JSON and no form."""

PLACE = "\N{SYMBOL FOR UNIT SEPARATOR}"  # stands for the number of the page
_ASKED = re.compile(
    r"(?:\$\.(?P<short>post|get|getJSON)\s{0,3}\(|axios\.(?P<axios>post|get)\s{0,3}\(|\bfetch\s{0,3}\(|\.open\s{0,3}\(\s{0,3}[\"'](?P<verb>GET|POST)[\"']\s{0,3},"
    # Clients under any name (this.$http.get, api.get), where what they are given is an address.
    r"|\.(?P<called>post|get)\s{0,3}\((?=\s{0,3}[\"'`](?:/|https?:))|\burl\s{0,3}:)\s{0,5}",
    re.IGNORECASE,
)
_FIELDS = re.compile(r"(?:,|\b(?:data|params|body)\s{0,3}:)\s{0,5}(?:JSON\.stringify\()?\{([^{}]{1,600})\}")
_PAIR = re.compile(r"[\"']?(\w{1,60})[\"']?\s{0,3}:\s{0,3}")
_IS_JSON = re.compile(r"application/json|JSON\.stringify", re.IGNORECASE)
_IS_POST = re.compile(r"(?:type|method)\s{0,3}:\s{0,3}[\"']post[\"']", re.IGNORECASE)
_PAGE_NAME = re.compile(
    r"^(?:cur|current|now|the|i|n)?_?page_?(?:no|num|number|index)?$|^(?:p|pn|pno|curr)$", re.IGNORECASE
)
_TAKEN = re.compile(
    r"(?P<name>\w{1,40})\s{0,5}=\s{0,5}[^=;\n\"']{1,100}\(\s{0,3}[\"'](?P<key>\w{1,40})[\"']\s{0,3}\)"
)
_ROW_LINK = re.compile(
    r"(?:href\s{0,3}=\s{0,3}\\?[\"']?|[\"'])(?P<before>(?:https?:/)?[/\w.\-]{0,120}(?:#!?/[/\w\-?=&]{0,60})?[\w\-]{1,60}(?:\.\w{2,5}\?[\w=&\-]{0,100}=|[/_\-=]))"
    r"(?:[\"']\s{0,3}\+\s{0,3}\w{1,30}\.(?P<summed>\w{1,40})\s{0,3}(?:\+\s{0,3}[\"'](?P<after>[\w./\-]{0,20}))?"
    r"|\$\{\s{0,3}\w{1,30}\.(?P<filled>\w{1,40})\s{0,3}\}(?P<tail>[\w./\-]{0,20})"
    r"|\{\{\s{0,3}\w{1,30}\.(?P<drawn>\w{1,40})\s{0,3}\}\}(?P<rest>[\w./\-]{0,20}))"
)
_JSONP = re.compile(r"^[\w.$\s]{0,60}\((.*)\)\s*;?\s*$", re.DOTALL)
_BASE_URL = re.compile(r"\bbaseURL\s{0,3}[:=]\s{0,3}[\"']([\w:/.\-]{2,100})[\"']")
_ASKING = ("$.", "fetch", ".open(", "ajax", "axios", ".get(", "request(")
_AROUND = 600
_ASKED_AT_MOST = 100


@dataclass(frozen=True, slots=True)
class RowLink:
    """An address made of a row's field: `before` + value + `after`."""

    before: str
    field: str
    after: str


@dataclass(frozen=True, slots=True)
class DataList:
    """Data asked for page by page: `PLACE` stands where the number goes; `is_posted` with its fields.

    `is_own`: a value of the page's own address is part of what is asked, so that it is data of this page.
    `shown_on` is where the rows are shown: their links start from there.
    """

    url: str
    fields: tuple[tuple[str, str], ...]
    is_posted: bool
    rows: tuple[RowLink, ...]
    is_json: bool = False
    is_own: bool = False
    shown_on: str = ""

    def page(self, number: int) -> tuple[str, tuple[tuple[str, str], ...]]:
        """Return the address and the fields to post for one page, counted from 1."""
        fields = tuple((name, value.replace(PLACE, str(number))) for name, value in self.fields)
        url = self.url.replace(PLACE, str(number))
        if self.is_json and self.is_posted:
            return url, ((JSON_BODY, json.dumps({name: _plain(value) for name, value in fields})),)
        if fields and not self.is_posted:
            return f"{url}{'&' if '?' in url else '?'}{urlencode(fields)}", ()
        return url, fields

    @property
    def has_pages(self) -> bool:
        """Whether a number stands anywhere in it."""
        return PLACE in self.url or any(PLACE in value for _, value in self.fields)


def _plain(value: str) -> str | int:
    return int(value) if value.isdecimal() and len(value) < 10 else value


def find_data_lists(scripts: Scripts, base: str | None, url: str | None = None) -> tuple[DataList, ...]:
    """Read what the scripts of a page (at `url`) ask for, and how they link what they get."""
    text = scripts.text
    if base is None or not any(word in text for word in _ASKING):
        return ()
    rows = tuple(dict.fromkeys(_row_links(text)))
    return _fitting(tuple(dict.fromkeys(_asked(scripts, base, url or base, rows))), route_of(url))


def _fitting(found: tuple[DataList, ...], route: str) -> tuple[DataList, ...]:
    """Behind #/list/3 stands what /api/list is asked for and not /api/article: where a word is the same."""
    words = words_of(route)
    paths = {one: urlsplit(one.url).path.lower() for one in found if one.is_own}
    named = {one for one, path in paths.items() if any(word in path for word in words)}
    return tuple(one for one in found if not one.is_own or one in named) if named else found


def links_of_rows(content: bytes, rows: tuple[RowLink, ...], base: str) -> list[str]:
    """Return the addresses that rows of data (JSON, JSONP) make by their links."""
    found = [
        route_address(base, written) or absolute(base, written)
        for record in records_in(parsed_data(content))
        for row in rows
        if isinstance(record.get(row.field), str | int) and record[row.field] != ""
        for written in (f"{row.before}{record[row.field]}{row.after}",)
    ]
    return list(dict.fromkeys(url for url in found if url))


def _asked(scripts: Scripts, base: str, url: str, rows: tuple[RowLink, ...]) -> Iterator[DataList]:
    text = scripts.text
    own = dict(_taken_from_address(text, url))
    values = {**scripts.variables, **dict.fromkeys(_page_names(text), PLACE), **own}
    prefix = found[1] if (found := _BASE_URL.search(text)) else ""
    for match in islice(_ASKED.finditer(text), _ASKED_AT_MOST):
        asked = expression_at(text, match.end())
        around = text[match.end() + len(asked) : match.end() + _AROUND]
        before = text[max(0, match.end() - 200) : match.end()]
        verb = match["short"] or match["axios"] or match["called"] or match["verb"] or ""
        is_posted = "post" in verb.lower() or bool(_IS_POST.search(before + around))
        # Only what is shown is asked for by a route: what is posted may change something.
        target, fields, by_route = _with_values(asked, around, values, "" if is_posted else route_of(url))
        if target is None or (address := absolute(base, _below(prefix, target))) is None:
            continue
        is_json = bool(match["axios"] or match["called"]) or bool(_IS_JSON.search(before + around))
        said = (address, *(value for _, value in fields))
        is_own = by_route or any(value in one for value in own.values() for one in said)
        place = address.replace("%E2%90%9F", PLACE)
        yield DataList(place, fields, is_posted, rows, is_json, is_own, url)


def _with_values(
    asked: str, around: str, values: Mapping[str, str], route: str
) -> tuple[str | None, tuple[tuple[str, str], ...], bool]:
    """The address and the fields that are asked for, and whether a value of the route stands in them."""
    fields = tuple(_fields(around, values))
    if (target := evaluate(asked, values)) is None:
        target = filled(asked, values, route)
        return target, fields, target is not None
    missing = _missing_field(around, fields)
    if route and missing:
        return target, (*fields, (missing, value_of(route))), True
    return target, fields, False


def _missing_field(text: str, known: tuple[tuple[str, str], ...]) -> str:
    """The only field whose value nobody knows before the script runs; "" where there is none, or several."""
    names = {name for name, _ in known}
    missing = [name for name in _PAIR.findall(_written_fields(text)) if name not in names]
    return missing[0] if len(missing) == 1 else ""


def _below(prefix: str, target: str) -> str:
    """Where an interface lies that is asked for below the place its client was given (axios: baseURL)."""
    if not prefix or target.startswith(("http:", "https:", "//", prefix)):
        return target
    return f"{prefix.rstrip('/')}/{target.lstrip('/')}"


def _taken_from_address(text: str, url: str) -> Iterator[tuple[str, str]]:
    """Variables a script fills from the page's own address: var id = getQuery("id")."""
    query = dict(parse_qsl(urlsplit(url).query))
    for match in _TAKEN.finditer(text) if query else ():
        if match["key"] in query:
            yield match["name"], query[match["key"]]


def _page_names(text: str) -> set[str]:
    return {name for name in re.findall(r"\b([A-Za-z_]\w{0,30})\b", text) if _PAGE_NAME.match(name)}


def _fields(text: str, values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    written = _written_fields(text)
    for pair in _PAIR.finditer(written):
        name, value = pair.group(1), evaluate(expression_at(written, pair.end()), values)
        if value is None and _PAGE_NAME.match(name):
            value = PLACE
        if value is not None:
            yield name, value


def _written_fields(text: str) -> str:
    match = _FIELDS.match(text.lstrip(" \n\r\t)")) or _FIELDS.search(text[:_AROUND])
    return match.group(1) if match else ""


def _row_links(text: str) -> Iterator[RowLink]:
    for match in _ROW_LINK.finditer(text):
        name = match["summed"] or match["filled"] or match["drawn"]
        yield RowLink(match["before"], name, match["after"] or match["tail"] or match["rest"] or "")


def parsed_data(content: bytes) -> Any:
    """Return what JSON or JSONP says; None for anything else."""
    text = content.decode("utf-8", "replace").strip().lstrip("\ufeff")
    wrapped = _JSONP.match(text)
    try:
        return json.loads(wrapped.group(1) if wrapped else text)
    except (ValueError, RecursionError):
        return None


def records_in(value: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Yield every object in a value, outer ones first, eight levels deep."""
    if depth > 8:
        return
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from records_in(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from records_in(inner, depth + 1)
