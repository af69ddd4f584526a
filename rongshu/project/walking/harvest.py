"""Forms as the pages themselves offer them, by the address they are sent to."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from django.urls import Resolver404, resolve
from selectolax.lexbor import LexborHTMLParser, LexborNode

from rongshu.project.walking.addresses import CONSOLE

Body = dict[str, list[str]]
_SENDERS: Final = "[formaction],[hx-post],[data-post],[data-url]"
# What a person would type where a form stands empty.
_TYPED: Final[Mapping[str, str]] = {
    "reason": "示范原因", "comment": "示范意见", "name": "示范名称", "title": "示范标题",
    "notice": "示范公告",
    "basis": "示范依据", "source": "示范来源", "dated_on": "2026-06-01", "starts_on": "2026-06-01",
    "starts_at": "2030-01-01T08:00", "ends_at": "2030-02-01T08:00", "until": "2030-01-01T08:00",
    "closes_at": "2030-01-01T08:00", "question": "示范问题", "answer": "示范答复", "office": "secrecy",
    "host": "old.localhost", "request_uri": "/x.html", "gone_reason": "停用", "content": "示范内容",
    "text": "示范文本", "at": "2030-01-01T08:00", "slug": "shifan", "key": "shifan", "code": "shifan",
    "domain": "shifan.localhost", "handle": "shifan", "q": "示范", "description": "示范说明",
    "keywords": "示范", "type": "工作动态", "confirmed": "1",
}  # fmt: skip


class Harvest:
    """The forms found so far: address name → bodies, each with every field it had anywhere."""

    def __init__(self) -> None:
        self.bodies: defaultdict[str, Body] = defaultdict(dict)

    def gather(self, page_url: str, html: str) -> None:
        """Take up every form of a page."""
        if "<" not in html:
            return
        page = LexborHTMLParser(html)
        for form in page.css("form"):
            fields = _fields(form)
            action = form.attributes.get("action") or form.attributes.get("hx-post") or page_url
            for target in [action, *(_targets(form))]:
                self._note(target, fields)
        for sender in page.css(_SENDERS):
            for target in _own_targets(sender):
                self._note(target, _values(sender))

    def body_for(self, name: str) -> Body:
        """Return a body for an address; where no page offers one, what a person might type."""
        body = dict(self.bodies.get(name, {}))
        for field, typed in _TYPED.items():
            if name not in self.bodies or body.get(field) in ([], [""]):
                body[field] = [typed]
        return body

    def _note(self, target: str, fields: Body) -> None:
        try:
            match = resolve(target.partition("?")[0], urlconf=CONSOLE)
        except Resolver404:
            return
        kept = self.bodies[match.url_name or ""]
        for field, values in fields.items():
            if not any(kept.get(field, ())):
                kept[field] = values


def _targets(form: LexborNode) -> Iterator[str]:
    for sender in form.css(_SENDERS):
        yield from _own_targets(sender)


def _own_targets(sender: LexborNode) -> Iterator[str]:
    for attribute in ("formaction", "hx-post", "data-post", "data-url"):
        if (value := sender.attributes.get(attribute)) and value.startswith("/"):
            yield value


def _values(sender: LexborNode) -> Body:
    try:
        given = json.loads(sender.attributes.get("hx-vals") or "{}")
    except ValueError:
        return {}
    return {name: [str(value)] for name, value in given.items()}


def _fields(form: LexborNode) -> Body:
    body: Body = {}
    for one in form.css("input[name],select[name],textarea[name],button[name]"):
        name = one.attributes["name"] or ""
        if name != "csrfmiddlewaretoken":
            body.setdefault(name, []).extend(_given(one))
    return body


def _given(one: LexborNode) -> list[str]:
    if one.tag == "select":
        options = [option.attributes.get("value") or "" for option in one.css("option")]
        return [value for value in options if value][:1]
    if one.tag == "textarea":
        return [one.text()]
    return [one.attributes.get("value") or ""]
