"""Where buttons lead that are no links: script pagers, postbacks, forms that ask for a page, jump lists.

Addresses are guesses (a script may build one that is not there). What must be posted is only what turns
pages or opens the rows of a list: no other button of an old site is ever pressed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode, urlsplit

from lxml.html import HtmlElement

from .addresses import absolute
from .lines import squeeze
from .scripts import (
    Call,
    Function,
    Scripts,
    Values,
    evaluate,
    expression_at,
    read_calls,
    values_in,
)

_NUMBERED = re.compile(r"^[\[【(（<]?\s?(?:第?\s?(\d{1,5})\s?页?|\.{2,6}|…{1,3})\s?[\]】)）>]?$")
_FORWARD = re.compile(
    r"^[\[【(（<]?\s?(?:下一?页|后一?页|后页|next(?: page)?|>|>>|»|尾页|末页|最后一?页|last)\s?[\]】)）>]?$",
    re.IGNORECASE,
)
_POSTBACK = re.compile(
    r"__doPostBack\s{0,3}\(\s{0,3}['\"]([^'\"]{1,300})['\"]\s{0,3},\s{0,3}['\"]([^'\"]{0,200})['\"]|"
    r"WebForm_PostBackOptions\(\s{0,3}[\"']([^\"']{1,300})[\"']\s{0,3},\s{0,3}[\"']([^\"']{0,200})[\"']"
)
_GOES_TO = re.compile(
    r"(?:location(?:\.href)?\s{0,5}=(?!=)|location\.(?:assign|replace)\s{0,3}\(|\bopen\s{0,3}\()\s{0,5}"
)
_SETS_FIELD = re.compile(
    r"(?:getElementById\(\s{0,3}[\"'](?P<id>\w{1,60})[\"']\s{0,3}\)\.value\s{0,5}="
    r"|\$\(\s{0,3}[\"'](?:#(?P<query>\w{1,60})|[a-z]{0,8}\[name=[\"']?(?P<attribute>\w{1,60})[\"']?\])[\"']\s{0,3}\)\.val\("
    r"|[.\[][\"']?(?P<name>\w{1,60})[\"']?\]?\.value\s{0,5}=)\s{0,5}"
)
_PAGE_NAME = re.compile(
    r"^(?:(?:to|goto|cur|current|cu|now|i|n|the)?_?page_?(?:no|num|number|index|id)?|p|pn|pno|pageindex|currentpage|gopage|jumppage)$",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"(?:共|总)\s{0,3}(?:<[^>]{1,80}>\s{0,3}){0,3}(\d{1,5})\s{0,3}(?:<[^>]{1,80}>\s{0,3}){0,3}页|第?\s{0,3}1\s{0,3}/\s{0,3}(\d{1,5})\s{0,3}页?"
)
_JUMPS = re.compile(r"location|jumpMenu|open\(", re.IGNORECASE)
_CHANGES = re.compile(r"删除|修改|编辑|投票|提交|保存|登录|注册|退出|发送|审核|评价|点赞|购买|订阅")
_LEAST_TITLE = 8  # characters
_STATE = ("__VIEWSTATE", "__EVENTVALIDATION", "__PREVIOUSPAGE", "__VIEWSTATEGENERATOR")
_TYPED = ("text", "hidden", "number")
_PAGES_AT_MOST = 2000
_SCRIPTS_AT_MOST = 5
_OWN_OF_BROWSERS = frozenset(
    ["print", "close", "back", "go", "alert", "confirm", "addFavorite", "setHomePage", "open", "url"]
)
_BRINGS_FILE = re.compile(r"附\s?件|下\s?载|down|attach|\bfj|getfile|openfile", re.IGNORECASE)
_LIBRARY = re.compile(r"jquery|bootstrap|swiper|layui|vue|share|stat|count|hits", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Posting:
    """A form sent to turn a page; `is_next` says "the one after this", whatever page this is.

    `opens`: it opens a row of this very page instead, and its answer is an address. `charset` is what the
    fields are sent in: that of the page.
    """

    url: str
    fields: tuple[tuple[str, str], ...]
    is_next: bool = False
    opens: bool = False
    charset: str = "utf-8"
    is_posted: bool = True

    @property
    def key(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """What tells two pages apart; the state a form carries about does not."""
        return self.url, tuple(pair for pair in self.fields if pair[0] not in _STATE)


@dataclass(frozen=True, slots=True)
class Steps:
    """What the buttons of a page lead to."""

    addresses: tuple[str, ...] = ()
    postings: tuple[Posting, ...] = ()
    # Script files that may hold the functions called by buttons that bring files, where the page does not.
    wanted_for_files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Button:
    """What can be pressed: what stands on it, what happens then, whether it turns pages."""

    label: str
    script: str
    calls: tuple[Call, ...]
    turns: bool

    @property
    def postback(self) -> tuple[str, str] | None:
        """Target and argument of what a web form posts back, if this does."""
        asked = _POSTBACK.search(self.script)
        return (asked.group(1) or asked.group(3), asked.group(2) or asked.group(4) or "") if asked else None

    @property
    def row(self) -> str:
        """Of a postback under a title, its target without numbers: rows of one list share it."""
        if self.turns or len(self.label) < _LEAST_TITLE or _CHANGES.search(self.label):
            return ""
        return re.sub(r"\d+", "0", self.postback[0]) if self.postback else ""


def find_steps(
    tree: HtmlElement, base: str | None, text: str, scripts: Scripts, charset: str = "utf-8"
) -> Steps:
    """Read the buttons, forms and jump lists of a page; without its address there is nothing to lead to.

    `scripts` are those of the page and of the script files it loads.
    """
    if base is None or not _has_buttons(text):
        return Steps()
    buttons = list(_buttons(tree))
    found = [
        *_pressed(buttons, tree, base, scripts),
        *_opened(buttons, tree, base),
        *_jumps(tree, base),
        *_counted_forms(tree, base, text),
    ]
    addresses, postings = _told_apart(found, base, charset)
    files = [button for button in buttons if says_download(f"{button.label} {button.script}")]
    return Steps(
        addresses,
        postings,
        tuple(_wanted(files, tree, base, scripts)),
    )


def _told_apart(
    found: Iterable[str | Posting], base: str, charset: str
) -> tuple[tuple[str, ...], tuple[Posting, ...]]:
    """Addresses, and forms that are sent: those of GET are addresses, too. All in the page's encoding."""
    addresses: dict[str, None] = {}
    postings: dict[object, Posting] = {}
    for step in found:
        if isinstance(step, str):
            addresses[step] = None
        elif step.is_posted:
            postings.setdefault(step.key, replace(step, charset=charset))
        else:
            asked = urlencode(step.fields, encoding=charset, errors="replace")
            addresses[f"{step.url.partition('?')[0]}?{asked}"] = None
    addresses.pop(base, None)
    return tuple(addresses), tuple(postings.values())


def says_download(text: str) -> bool:
    """What stands on a button, or what it calls, speaks of a file."""
    return bool(_BRINGS_FILE.search(text))


def _wanted(buttons: Iterable[_Button], tree: HtmlElement, base: str, scripts: Scripts) -> list[str]:
    """The script files of the site itself, when a button calls what no script of the page defines."""
    names = {call.name for button in buttons for call in button.calls} - _OWN_OF_BROWSERS
    return [] if all(name in scripts.functions for name in names) else own_scripts(tree, base)


def own_scripts(tree: HtmlElement, base: str | None) -> list[str]:
    """The script files of the site itself a page loads, no libraries."""
    if base is None:
        return []
    files = (absolute(base, element.get("src")) for element in tree.iter("script"))
    own = [url for url in files if url and urlsplit(url).netloc == urlsplit(base).netloc]
    return [url for url in dict.fromkeys(own) if not _LIBRARY.search(url)][:_SCRIPTS_AT_MOST]


def _has_buttons(text: str) -> bool:
    return (
        "javascript:" in text or "onclick" in text or "onchange" in text or "<form" in text or "<FORM" in text
    )


def find_pressable(tree: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Yield what can be pressed, with the script that runs then."""
    for element in tree.xpath("//a[starts-with(@href, 'javascript:')] | //*[@onclick]"):
        yield element, f"{element.get('onclick') or ''};{element.get('href') if element.tag == 'a' else ''}"


def _buttons(tree: HtmlElement) -> Iterator[_Button]:
    for element, script in find_pressable(tree):
        label = squeeze(element.text_content() or element.get("value") or element.get("title") or "")[:20]
        turns = bool(_NUMBERED.match(label) or _FORWARD.match(label))
        yield _Button(label, script, tuple(read_calls(script)), turns)


def _pressed(
    buttons: Iterable[_Button], tree: HtmlElement, base: str, scripts: Scripts
) -> Iterator[str | Posting]:
    for button in buttons:
        if button.turns and (asked := button.postback):
            yield from _postback(tree, base, asked, is_next=_is_relative(button.label, asked[1]))
            continue
        for call in button.calls:
            if (function := scripts.functions.get(call.name)) is not None:
                values = values_in(function, call, scripts)
                yield from find_targets(base, function, values)
                if button.turns and "submit" in function.body:
                    is_next = bool(_FORWARD.match(button.label)) and not call.arguments
                    yield from _submitted(tree, base, function, values, is_next=is_next)


def _opened(buttons: Iterable[_Button], tree: HtmlElement, base: str) -> Iterator[Posting]:
    """Rows of a web form's list under their titles, two at least of a kind."""
    rows = [button for button in buttons if button.row]
    kinds = Counter(button.row for button in rows)
    for button in rows:
        if (asked := button.postback) and kinds[button.row] > 1:
            yield from _postback(tree, base, asked, opens=True)


def _is_relative(label: str, argument: str) -> bool:
    """The label "下一页" without a number, and "…" whose meaning depends on where it stands."""
    return bool(_FORWARD.match(label)) and not re.search(r"\d", argument)


def _postback(
    tree: HtmlElement, base: str, asked: tuple[str, str], *, is_next: bool = False, opens: bool = False
) -> Iterator[Posting]:
    form = next(
        (one for one in tree.iter("form") if one.find(".//input[@name='__VIEWSTATE']") is not None), None
    )
    if form is None:
        form = next(tree.iter("form"), None)
    if form is None or (url := absolute(base, form.get("action") or base)) is None:
        return
    fields = filled_form(form, {"__EVENTTARGET": asked[0], "__EVENTARGUMENT": asked[1]})
    yield Posting(url, fields, is_next, opens)


def find_targets(base: str, function: Function, values: Values) -> Iterator[str]:
    """Yield the addresses a function sends the reader to when its names stand for these values."""
    for match in _GOES_TO.finditer(function.body):
        target = evaluate(expression_at(function.body, match.end()), values)
        if target and (url := absolute(base, target)):
            yield url


def _submitted(
    tree: HtmlElement, base: str, function: Function, values: Values, *, is_next: bool
) -> Iterator[str | Posting]:
    asked: dict[str, str] = {}
    form: HtmlElement | None = None
    for match in _SETS_FIELD.finditer(function.body):
        name = match["id"] or match["query"] or match["attribute"] or match["name"]
        value = evaluate(expression_at(function.body, match.end()), values)
        own = _form_with(tree, name)
        if value is not None and own is not None:
            form, asked[_field_name(own, name)] = own, value
    if form is not None:
        yield from _sent(form, base, asked, is_next=is_next)


def _form_with(tree: HtmlElement, name: str) -> HtmlElement | None:
    return next(
        (
            form
            for form in tree.iter("form")
            if any(_is_called(item, name) for item in form.iter("input", "select"))
        ),
        None,
    )


def _is_called(item: HtmlElement, name: str) -> bool:
    return name in (item.get("name"), item.get("id"))


def _field_name(form: HtmlElement, name: str) -> str:
    return next(
        (item.get("name") or name for item in form.iter("input", "select") if _is_called(item, name)), name
    )


def _sent(
    form: HtmlElement, base: str, asked: Mapping[str, str], *, is_next: bool = False
) -> Iterator[str | Posting]:
    url = absolute(base, form.get("action") or base)
    if url is None:
        return
    fields = filled_form(form, asked)
    is_posted = (form.get("method") or "get").lower() == "post"
    yield Posting(url, fields, is_next, is_posted=is_posted)


def filled_form(form: HtmlElement, asked: Mapping[str, str] | None = None) -> tuple[tuple[str, str], ...]:
    """The fields as a browser sends them when nobody typed: no buttons, no unticked boxes."""
    fields: dict[str, str] = {}
    for item in form.iter("input", "select", "textarea"):
        kind, name = (item.get("type") or "text").lower(), item.get("name")
        is_unticked = kind in ("checkbox", "radio") and item.get("checked") is None
        if (
            name
            and kind not in ("submit", "button", "image", "reset", "file", "password")
            and not is_unticked
        ):
            fields[name] = _value(item)
    return tuple({**fields, **(asked or {})}.items())


def _value(item: HtmlElement) -> str:
    if item.tag == "textarea":
        return item.text or ""
    if item.tag == "select":
        options = list(item.iter("option"))
        chosen = next(
            (option for option in options if option.get("selected") is not None),
            options[0] if options else None,
        )
        return _option(chosen) if chosen is not None else ""
    return item.get("value") or ""


def _option(option: HtmlElement) -> str:
    value = option.get("value")
    return value if value is not None else squeeze(option.text_content())


def _jumps(tree: HtmlElement, base: str) -> Iterator[str | Posting]:
    """Lists to choose a page from: their values are addresses, or a field of a form that is sent at once."""
    for select in tree.xpath("//select[@onchange]"):
        script, values = select.get("onchange") or "", [_option(option) for option in select.iter("option")]
        form = next(iter(select.iterancestors("form")), None)
        if "submit" in script and form is not None and _turns(select, values):
            for value in values[:_PAGES_AT_MOST]:
                yield from _sent(form, base, {select.get("name") or "page": value})
        elif _JUMPS.search(script):
            yield from _addresses(base, values)


def _turns(select: HtmlElement, values: list[str]) -> bool:
    return bool(_PAGE_NAME.match(select.get("name") or "")) and all(value.isdecimal() for value in values)


def _addresses(base: str, values: Iterable[str]) -> Iterator[str]:
    for value in values:
        if "." in value or "/" in value or "?" in value:
            url = absolute(base, value)
            if url and urlsplit(url).netloc == urlsplit(base).netloc:
                yield url


def _counted_forms(tree: HtmlElement, base: str, text: str) -> Iterator[str | Posting]:
    """A field "转到 [ ] 页" beside "共 12 页": every page can be asked for by number."""
    asking = [(form, name) for form in tree.iter("form") if (name := _asks_for_page(form))]
    counted = _COUNT.search(text) if asking else None
    count = min(int(counted.group(1) or counted.group(2)), _PAGES_AT_MOST) if counted else 0
    for form, name in asking:
        for number in range(2, count + 1):
            yield from _sent(form, base, {name: str(number)})


def _asks_for_page(form: HtmlElement) -> str | None:
    """The field of a form that takes the number of a page; web forms are turned by their postbacks."""
    if form.find(".//input[@name='__VIEWSTATE']") is not None:
        return None
    fields = (item for item in form.iter("input") if (item.get("type") or "text").lower() in _TYPED)
    return next((name for item in fields if _PAGE_NAME.match(name := item.get("name") or "")), None)
