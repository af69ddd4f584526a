"""An article a script draws from a record of data (JSON): the record written as the page a reader sees."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from html import escape
from typing import Any, Final

from .addresses import FILE_EXTENSIONS, extension
from .data_lists import parsed_data, records_in
from .dates import BEIJING

_TITLE = re.compile(
    r"^(?:article|info|news|content|doc)?_?(?:title|subject|headline)$|^(?:bt|name)$", re.IGNORECASE
)
_BODY = re.compile(
    r"^(?:article|info|news|doc)?_?(?:content|body|html|text|detail)s?(?:html|text)?$|^(?:nr|zw|txt)$",
    re.IGNORECASE,
)
_DATES: Final = (
    re.compile(r"^(?:publish|pub|release|issue|fb)\w{0,6}(?:time|date|sj|rq)$|^pubDate$", re.IGNORECASE),
    re.compile(r"^(?:create|add|input|write|show|display)?\w{0,4}_?(?:time|date|sj|rq)$", re.IGNORECASE),
)
_SOURCE = re.compile(r"^(?:article|info|news|content)?_?(?:source|origin|ly)(?:name)?$", re.IGNORECASE)
_FILE_NAME = re.compile(r"name|title", re.IGNORECASE)
_LEAST_BODY: Final = 20  # characters
_SECONDS_UNTIL: Final = 10_000_000_000  # larger numbers are milliseconds


def page_of_record(content: bytes) -> bytes | None:
    """Return the page a script draws from the data, in UTF-8; None where the data holds no article."""
    for record in records_in(parsed_data(content)):
        title, body = _text(record, _TITLE), _longest(record, _BODY)
        if title and len(body) >= _LEAST_BODY:
            return _page(record, title, body).encode()
    return None


def _page(record: Mapping[str, Any], title: str, body: str) -> str:
    day = next((found for names in _DATES if (found := _moment(record, names))), "")
    said = {"ArticleTitle": title, "PubDate": day, "ContentSource": _text(record, _SOURCE)}
    metas = "".join(f'<meta name="{name}" content="{escape(text)}">' for name, text in said.items() if text)
    files = "".join(f'<p><a href="{escape(url)}">{escape(name)}</a></p>' for url, name in _files(record))
    shown = body if "<" in body else "".join(f"<p>{escape(line)}</p>" for line in body.splitlines())
    return (
        f'<html><head><meta charset="utf-8"><title>{escape(title)}</title>{metas}</head><body>'
        f'<h1>{escape(title)}</h1><div id="zoom">{shown}</div>'
        f'<div class="attachments">{files}</div></body></html>'
    )


def _text(record: Mapping[str, Any], names: re.Pattern[str]) -> str:
    found = (value for name, value in record.items() if names.match(name))
    return next((value.strip() for value in found if isinstance(value, str) and value.strip()), "")


def _longest(record: Mapping[str, Any], names: re.Pattern[str]) -> str:
    texts = [value for name, value in record.items() if names.match(name) and isinstance(value, str)]
    return max(texts, key=len, default="")


def _moment(record: Mapping[str, Any], names: re.Pattern[str]) -> str:
    for name, value in record.items():
        if not names.match(name):
            continue
        if isinstance(value, int) and value > 0:
            seconds = value / 1000 if value > _SECONDS_UNTIL else value
            return datetime.fromtimestamp(seconds, BEIJING).strftime("%Y-%m-%d %H:%M")
        if isinstance(value, str) and value.strip():
            return value.strip().replace("T", " ")[:16]
    return ""


def _files(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Addresses of files in lists of the record, with their names."""
    for value in record.values():
        listed = _listed(value)
        for one in records_in(listed) if isinstance(listed, list) else ():
            urls = [text for text in one.values() if isinstance(text, str) and _is_file(text)]
            if urls:
                yield urls[0], _text(one, _FILE_NAME)


def _listed(value: Any) -> Any:
    """A list, also where it is kept as text."""
    if isinstance(value, str) and value.startswith("["):
        try:
            return json.loads(value)
        except ValueError:
            return None
    return value


def _is_file(text: str) -> bool:
    return "/" in text and "<" not in text and extension(text) in FILE_EXTENSIONS
