"""What a reader sees of scripts, forms and players, as plain mark-up: written text, buttons that bring files.

Old pages draw lists by document.write, keep their files in arrays, and hang a download on a button, a form or
a player. Everything after this step reads links and text only.
"""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from lxml import etree, html
from lxml.html import HtmlElement

from .addresses import FILE_EXTENSIONS, absolute, extension
from .attachments import is_file_address
from .lines import squeeze
from .navigation import SCRIPT_TARGET
from .pagers import filled_form, find_pressable, find_targets, says_download
from .scripts import Scripts, read_calls, values_in, written_out

_FLASH = frozenset({"swf"})  # players and banners, no files of an article
_FILES_IN_SCRIPTS = re.compile(
    r"(?:[\"'](?P<name>[^\"'\n<>]{2,200})[\"']\s{0,5},\s{0,5}(?:[\"']?\w{1,20}[\"']?\s{0,3}:\s{0,3})?)?"
    r"[\"'](?P<path>[^\"'\n\s<>+]{1,300}\.(?P<ending>\w{2,5}))[\"']"
)
_INLINE = frozenset({"a", "span", "font", "label", "b", "strong", "em", "u", "input", "button"})
_PLAYERS = ("object", "embed", "iframe")
_SOURCES = ("src", "data", "movie", "filename", "url", "file")
_WRITTEN_AT_MOST = 300_000
_FILES_AT_MOST = 100


def lay_open(tree: HtmlElement, base: str | None, scripts: Scripts, loaded: str = "") -> None:
    """Write into the tree, in place, what scripts, forms and players show or lead to.

    `scripts` are all that is known, `loaded` the text of those that stand in files: what they write has no
    place of its own and goes to the foot, as a menu.
    """
    if "document.write" in scripts.text:
        _write_out(tree, scripts)
        for written in written_out(loaded, scripts.variables):
            _insert(tree, written[:_WRITTEN_AT_MOST])
    _show_files_of_scripts(tree, base)
    _open_buttons(tree, base, scripts)
    _open_forms(tree, base)
    _open_players(tree, base)


def _write_out(tree: HtmlElement, scripts: Scripts) -> None:
    left = _WRITTEN_AT_MOST
    for script in [one for one in tree.iter("script") if "document.write" in (one.text or "")]:
        for written in written_out(script.text or "", scripts.variables):
            left -= len(written)
            if left < 0:
                return
            _insert(script, written)


def _insert(place: HtmlElement, written: str) -> None:
    """Put mark-up in front of the script that writes it, or at the foot of the whole page."""
    try:
        drawn = html.fragment_fromstring(written, create_parent="div")
    except (etree.ParserError, ValueError):
        return
    if place.getparent() is None:
        drawn.set("class", "menu")
        place.append(drawn)
    else:
        place.addprevious(drawn)


def _show_files_of_scripts(tree: HtmlElement, base: str | None) -> None:
    for script in [one for one in tree.iter("script") if not one.get("src")]:
        links = list(_files_named(script.text or "", base))
        if not links:
            continue
        area = html.Element("div", {"class": "attachments"})
        area.extend(links)
        parent = script.getparent()
        if parent is None or parent.tag == "head":
            tree.append(area)
        else:
            script.addnext(area)
            area.tail, script.tail = script.tail, None


def _files_named(script: str, base: str | None) -> Iterator[HtmlElement]:
    """Links to the files a script names by literal addresses, with the name that stands beside them."""
    known: set[str] = set()
    if "." not in script:
        return
    for match in _FILES_IN_SCRIPTS.finditer(script):
        ending, url = match["ending"].lower(), absolute(base, match["path"])
        is_file = ending in FILE_EXTENSIONS - _FLASH and "/" in match["path"]
        if not is_file or url is None or url in known or len(known) >= _FILES_AT_MOST:
            continue
        known.add(url)
        yield _link(url, _plain_name(match["name"] or ""))


def _plain_name(text: str) -> str:
    return text if any(char > "\x7f" for char in text) and "/" not in text else ""


def _link(url: str, label: str) -> HtmlElement:
    link: HtmlElement = html.Element("a", {"href": url, "download": ""})
    link.text = label
    return link


def _open_buttons(tree: HtmlElement, base: str | None, scripts: Scripts) -> None:
    """Give what brings a file when it is clicked an address of its own."""
    for element, handler in find_pressable(tree):
        label = squeeze(element.get("value") or element.text_content() or element.get("title") or "")
        for target in _targets(handler, base, scripts):
            if is_file_address(target) or (says_download(label) and "?" in target):
                _give_address(element, target, label)
                break


def _targets(handler: str, base: str | None, scripts: Scripts) -> Iterator[str]:
    for written in SCRIPT_TARGET.findall(handler):
        if target := absolute(base, written):
            yield target
    for call in read_calls(handler):
        if base and (function := scripts.functions.get(call.name)) is not None:
            yield from find_targets(base, function, values_in(function, call, scripts))


def _give_address(element: HtmlElement, url: str, label: str) -> None:
    if element.tag in _INLINE:
        text = element.text_content() or label
        element.tag = "a"
        element.set("href", url)
        element.set("download", "")
        element.text = element.text if len(element) else text
    elif element.tag == "img":
        element.addnext(_link(url, element.get("alt") or element.get("title") or ""))
    else:
        link = _link(url, element.text or "")
        link.extend(list(element))
        element.text = None
        element.append(link)


def _open_forms(tree: HtmlElement, base: str | None) -> None:
    """A button 下载 that sends nothing but hidden fields is a link."""
    for form in tree.iter("form"):
        typed = [item for item in form.iter("input") if (item.get("type") or "text").lower() == "text"]
        label = next(filter(says_download, (_face(item) for item in form.iter("input", "button"))), "")
        action = absolute(base, form.get("action"))
        if typed or not label or action is None or (form.get("method") or "get").lower() != "get":
            continue
        form.append(_link(f"{action.partition('?')[0]}?{urlencode(filled_form(form))}", label))


def _face(item: HtmlElement) -> str:
    return squeeze(item.get("value") or item.text_content())[:40]


def _open_players(tree: HtmlElement, base: str | None) -> None:
    """A document or film shown in a player, a reader or a frame is a file of the page."""
    for player in list(tree.iter(*_PLAYERS)):
        if player.getparent() is None:
            continue
        parameters = (
            item.get("value") for item in player.iter("param") if (item.get("name") or "").lower() in _SOURCES
        )
        written = [player.get("src"), player.get("data"), *parameters]
        for url in dict.fromkeys(_shown_file(base, one) for one in written if one):
            if url and extension(url) in FILE_EXTENSIONS - _FLASH:
                link = _link(url, "")
                player.addnext(link)
                link.tail, player.tail = player.tail, None


def _shown_file(base: str | None, written: str) -> str | None:
    """The file itself, also where a reader's page shows it (viewer.html?file=/upload/1.pdf)."""
    url = absolute(base, written)
    if url is None or extension(url.partition("?")[0]) in FILE_EXTENSIONS:
        return url
    named = parse_qs(urlsplit(url).query)
    shown = next((values[0] for values in named.values() if extension(values[0]) in FILE_EXTENSIONS), None)
    return absolute(urljoin(url, "/"), shown) if shown and "/" in shown else url
