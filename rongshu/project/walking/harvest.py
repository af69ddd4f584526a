"""Forms as the pages themselves offer them, by the address they are sent to; made anyone's by other ids."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from django.urls import Resolver404, resolve
from selectolax.lexbor import LexborHTMLParser, LexborNode

from rongshu.project.walking.addresses import CONSOLE
from rongshu.project.walking.world import Tenant

Body = dict[str, list[str]]
_SENDERS: Final = "[formaction],[hx-post],[data-post],[data-url]"
_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|sha256:[0-9a-f]{64}")
_WHOLE_NUMBER: Final = re.compile(r"\d+")
# What a person would type where a form stands empty.
_TYPED: Final[Mapping[str, str]] = {
    "reason": "示范原因", "comment": "示范意见", "name": "示范名称", "title": "示范标题",
    "notice": "示范公告",
    "basis": "示范依据", "source": "示范来源", "dated_on": "2026-06-01", "starts_on": "2026-06-01",
    "starts_at": "2030-01-01T08:00", "ends_at": "2030-02-01T08:00", "until": "2030-01-01T08:00",
    "closes_at": "2030-01-01T08:00", "question": "示范问题", "answer": "示范答复", "office": "secrecy",
    "url": "https://old.localhost/x.html", "gone_reason": "停用", "content": "示范内容",
    "text": "示范文本", "at": "2030-01-01T08:00", "slug": "shifan", "key": "shifan", "code": "shifan",
    "domain": "shifan.localhost", "handle": "shifan", "q": "示范", "description": "示范说明",
    "keywords": "示范", "type": "工作动态", "on": "2026-12-01", "from_day": "2026-12-01",
    "document": "示范〔2026〕1号",
    "decision": "pass", "template-name": "示范模板",
}  # fmt: skip
# What a page's script sends a file to, without a form.
_TAKE_FILES: Final = frozenset({"newsroom-draft-files"})
# Fields that a chooser fills, and what they name. In a page they stand empty until the person has chosen.
_CHOSEN: Final[Mapping[str, str]] = {
    "target": "Resource", "resource": "Resource", "to": "Person", "column": "Column", "columns": "Column",
    "parent": "Column", "category": "Category", "selection": "ColumnSelection", "step": "ReviewStep",
    "order": "Placement", "ids": "Resource", "Image": "DraftFile", "version": "ResourceVersion",
    "draft": "Draft",
}  # fmt: skip
UNIT_FIELDS: Final = ("organization", "owner", "sponsor", "successor", "successors", "unit", "place")
# What to put in the place of what, by field.
# How another tenant calls things that no one else may know of. Addresses of sites, old ones too, answer
# everyone; handles are one for the installation.
_CALLED: Final[Mapping[str, Sequence[str]]] = {
    "name": ("{}词库", "{}模板", "{}筛选", "{}保障期", "{}媒体", "{}检索"), "template-name": ("{}模板",),
    "code": ("{}",), "key": ("{}-block",), "Title": ("{}审核", "{}已发"), "title": ("{}显示", "{}审核"),
    "text": ("各地要认真落实{}旧要求。",), "source": ("{}文件",), "ContentSource": ("{}媒体",), "q": ("{}",),
    "shown": ("{}热词",), "login_name": ("{}",),
}  # fmt: skip
Exchange = Callable[[str], Mapping[str, str]]


class Harvest:
    """What persons of one role are offered: address name → a body with every field its forms had anywhere.

    `absent` keeps what they are answered for what is nowhere.
    """

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.bodies: defaultdict[str, Body] = defaultdict(dict)
        self.absent: dict[tuple[Any, ...], tuple[int, str]] = {}
        self._exchanged: dict[int, Mapping[str, str]] = {}

    def exchanged_for(self, other: Tenant) -> Mapping[str, str]:
        """Return what stands at another tenant for each object of the one who gathered the forms."""
        if other.number not in self._exchanged:
            self._exchanged[other.number] = self.tenant.exchanged_for(other)
        return self._exchanged[other.number]

    def gather(self, page_url: str, html: str) -> None:
        """Take up every form of a page."""
        page = LexborHTMLParser(html)
        for form in page.css("form"):
            fields = _fields(form)
            action = form.attributes.get("action") or form.attributes.get("hx-post") or page_url
            for target in [action, *_targets(form)]:
                self._note(target, fields)
        for sender in page.css(_SENDERS):
            for target in _own_targets(sender):
                self._note(target, _values(sender))

    def body_for(self, name: str, *, confirmed: bool = True) -> Body:
        """Return a full body for an address; where no page offers one, what a person might type or choose."""
        body = dict(self.bodies.get(name, {}))
        if name in _TAKE_FILES:
            body["file"] = [""]
        for field, typed in _TYPED.items():
            if name not in self.bodies or body.get(field) in ([], [""]):
                body[field] = [typed]
        for field, label in _CHOSEN.items():
            if not any(body.get(field, ())) and (one := next(iter(self.tenant.named.get(label, ())), "")):
                body[field] = [one]
        for field in UNIT_FIELDS:
            if not any(body.get(field, ())):
                body[field] = [self.tenant.unit_name]
        return {**body, "confirmed": ["yes"]} if confirmed else body

    def naming_fields(self, name: str) -> list[str]:
        """Return the fields of an address's own forms by which they name somebody's objects."""
        body, known = self.body_for(name), self.tenant.objects
        return [
            field
            for field in self.bodies.get(name, {})
            if field != "next" and any(one in known for value in body[field] for one in _ids(field, value))
        ]

    def strangers_words(self, name: str) -> list[Mapping[str, str]]:
        """Return, round by round, what to write into an address's fields so that they name another's things.

        Each is a pattern that takes the other's mark.
        """
        fields = {
            field: patterns for field, patterns in _CALLED.items() if field in self.bodies.get(name, {})
        }
        rounds = max(map(len, fields.values()), default=0)
        return [
            {field: patterns[turn % len(patterns)] for field, patterns in fields.items()}
            for turn in range(rounds)
        ]

    def exchanged(self, body: Body, exchange: Exchange) -> Body:
        """Return a body with what its fields name exchanged, field by field."""
        return {
            _ID.sub(lambda found: exchange(field).get(found[0], found[0]), field): [  # noqa: B023 - used at once
                _exchanged(field, value, exchange(field)) for value in values
            ]
            for field, values in body.items()
        }

    def _note(self, target: str, fields: Body) -> None:
        try:
            match = resolve(target.partition("?")[0], urlconf=CONSOLE)
        except Resolver404:
            return
        kept = self.bodies[match.url_name or ""]
        for field, values in fields.items():
            if not any(kept.get(field, ())):
                kept[field] = values


def _ids(field: str, value: str) -> list[str]:
    found = _ID.findall(value)
    return [*found, value] if _names_a_number(field, value) else found


def _names_a_number(field: str, value: str) -> bool:
    return field.endswith(("_id", "id", "ids")) and _WHOLE_NUMBER.fullmatch(value) is not None


def _exchanged(field: str, value: str, exchange: Mapping[str, str]) -> str:
    if field in UNIT_FIELDS or _names_a_number(field, value):
        value = exchange.get(value, value)
    return _ID.sub(lambda found: exchange.get(found[0], found[0]), value)


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
