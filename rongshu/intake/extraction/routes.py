"""Pages behind a #: a script draws them by the part of the address that no server sees (`/#/article/17`).

They are named the way the search engines of their time asked for them (`?_escaped_fragment_=/article/17`), so
that each has an address of its own. What such a page asks its server for is read from its scripts: where a
script puts in something nobody knows before it runs, the values of the route stand.
"""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from lxml.html import HtmlElement

from .addresses import absolute
from .scripts import Scripts, Values, evaluate

PARAMETER: Final = "_escaped_fragment_"
_ROUTE = re.compile(r"^([^#]{0,500})#(!?)(/?[^#\s]{1,300})$")
_ROUTED = re.compile(r"\.hash\b|hashchange|rout(?:e|er|es|eProvider)\b", re.IGNORECASE)
_WRITTEN = re.compile(r"[\"']((?:[\w\-./]{1,100})?#!?/[\w\-/.=?&%]{1,200})[\"']")
_FILLED = re.compile(r"\$\{([^{}]{1,100})\}")
_JOINED = re.compile(r"\.concat\(([^()]{1,200})\)")
_SUMMAND = re.compile(
    r"(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|\((?:[^()]|\([^()]*\))*\)|\[[^\[\]]*\]|[^+\"'()\[\]])+",
    re.DOTALL,
)
# What is asked to change something is never asked for; routes only show.
_CHANGES = re.compile(
    r"(?:^|[^A-Za-z])(?:del|remove|save|update|add|edit|insert|submit|login|logout|vote|like)"
    r"|Del|Remove|Save|Update|Add|Edit|Insert|Submit|Login|Logout|Vote|Like"
)


def route_address(base: str | None, written: str) -> str | None:
    """Return the address of the page behind a #, None for what points into a page or leads elsewhere."""
    match = _ROUTE.match(written.strip())
    if match is None or base is None or not (match[2] or match[3].startswith("/")):
        return None
    page = absolute(base, match[1] or base)
    if page is None or not (route := match[3].strip("/")):
        return None
    return _with_route(page, f"/{route}")


def _with_route(page: str, route: str) -> str:
    path, _, query = page.partition("?")
    kept = [pair for pair in query.split("&") if pair and not pair.startswith(f"{PARAMETER}=")]
    named = f"{PARAMETER}={quote(unquote(route), safe='/=,:;~!*')}"
    return f"{path}?{'&'.join([*kept, named])}"


def route_of(url: str | None) -> str:
    """Return the route an address names, "" for other pages."""
    return dict(parse_qsl(urlsplit(url or "").query)).get(PARAMETER, "")


def find_routes(tree: HtmlElement, scripts: Scripts, base: str | None) -> list[str]:
    """Addresses of the pages behind a # that links and scripts name; none where no script reads routes."""
    written = [href for link in tree.iter("a", "area") if "#" in (href := link.get("href") or "")]
    if "#/" in scripts.text or "#!/" in scripts.text:
        written += _written_whole(scripts.text)
    named = dict.fromkeys(url for one in written if (url := route_address(base, one)))
    return list(named) if named and _ROUTED.search(scripts.text) else []


def _written_whole(text: str) -> Iterator[str]:
    """Routes in the texts of scripts; a piece joined to others is none."""
    for match in _WRITTEN.finditer(text):
        after = text[match.end() : match.end() + 3].lstrip()
        if not after.startswith("+") and not match[1].endswith(("/", "=")):
            yield match[1]


def filled(expression: str, values: Values, route: str) -> str | None:
    """Return the address an expression makes when the unknown in it are the route's values, in their order.

    None where nothing in it is unknown, where the route has not enough values, or where it changes things.
    """
    summed = _JOINED.sub(lambda found: "+" + found[1].replace(",", "+"), expression.strip())
    if summed.startswith("`"):
        summed = _FILLED.sub(r"`+\1+`", summed).replace("`", '"')
    pieces = [evaluate(piece, values) for piece in _SUMMAND.findall(summed)]
    if pieces and pieces[0] is None and len(pieces) > 1 and (pieces[1] or "").startswith("/"):
        pieces[0] = ""  # where the interface lies, which a setting says
    unknown = pieces.count(None)
    known = _values_of(route)
    if not unknown or unknown == len(pieces) or unknown > len(known):
        return None
    given = iter(known[-unknown:])
    address = "".join(quote(next(given), safe="") if piece is None else piece for piece in pieces)
    return None if _CHANGES.search(address.partition("?")[0]) else address


def value_of(route: str) -> str:
    """The last value of a route: what it shows."""
    return _values_of(route)[-1] if _values_of(route) else ""


def words_of(route: str) -> list[str]:
    """The words of a route that say what kind of page it is, without its last value."""
    path, mark, _ = route.lower().partition("?")
    return re.findall(r"[a-z]{3,}", path if mark else path.rpartition("/")[0])


def _values_of(route: str) -> list[str]:
    path, _, query = route.partition("?")
    return [*(one for one in path.split("/") if one), *(value for _, value in parse_qsl(query))]
