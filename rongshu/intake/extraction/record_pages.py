"""Lists of 大汉 jPage: how many records there are, and what is posted for the next group of them.

The page holds the first group as an XML island (`<datastore>`); a script asks `dataproxy.jsp` for the others
by the numbers of the first and last record, with the parameters of the list.
"""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qsl

from .addresses import absolute
from .pagers import Posting

_UNIT = re.compile(r"#(\w{1,40})[\"']\s{0,3}\)\s{0,3}\.jpage\s{0,3}\(")
_PROXY = re.compile(r"[\"']([^\"'\s<>]{1,300}dataproxy\.jsp)(?:\?([^\"'\s<>]{0,600}))?[\"']", re.IGNORECASE)
_PARAMETERS = re.compile(r"[\"']([^\"'\s<>]{0,300}columnid=[^\"'\s<>]{1,300})[\"']", re.IGNORECASE)
_TOTAL = re.compile(r"[\"']?totalRecord[\"']?\s{0,3}:\s{0,3}[\"']?(\d{1,7})", re.IGNORECASE)
_PER_PAGE = re.compile(r"[\"']?perPage[\"']?\s{0,3}:\s{0,3}[\"']?(\d{1,4})", re.IGNORECASE)
_TURNS = frozenset({"page", "startrecord", "endrecord", "perpage"})
_GROUP = 3  # pages asked for together, as the script itself does
_CONFIGURATION = 1500  # characters
_GROUPS_AT_MOST = 2000


def find_record_pages(text: str, base: str | None) -> list[Posting]:
    """What to post for all groups of records of every list on the page."""
    if base is None or "dataproxy.jsp" not in text or ".jpage" not in text:
        return []
    proxies = [(found[1], unescape(found[2] or "")) for found in _PROXY.finditer(unescape(text))]
    return [
        posting
        for unit in _UNIT.finditer(text)
        for posting in _groups(text[unit.start() : unit.end() + _CONFIGURATION], unit[1], proxies, base)
    ]


def _groups(configuration: str, unit: str, proxies: list[tuple[str, str]], base: str) -> Iterator[Posting]:
    total, per_page = _TOTAL.search(configuration), _PER_PAGE.search(configuration)
    url = absolute(base, proxies[0][0]) if proxies else None
    if total is None or per_page is None or not int(per_page[1]) or url is None:
        return
    fields = tuple(_parameters(configuration, unit, proxies).items())
    size = int(per_page[1]) * _GROUP
    for first in list(range(1, int(total[1]) + 1, size))[:_GROUPS_AT_MOST]:
        numbers = f"startrecord={first}&endrecord={first + size - 1}&perpage={per_page[1]}"
        yield Posting(f"{url}?{numbers}", fields)


def _parameters(configuration: str, unit: str, proxies: list[tuple[str, str]]) -> dict[str, str]:
    """The list's parameters: beside its script, or in the address of its next group."""
    written = [query for _, query in proxies if f"unitid={unit}" in query]
    if beside := _PARAMETERS.search(configuration):
        written.append(unescape(beside[1]).partition("?")[2] or unescape(beside[1]))
    pairs = {"col": "1", "appid": "1", "unitid": unit}
    for query in written or [query for _, query in proxies if query][:1]:
        pairs |= dict(parse_qsl(query, keep_blank_values=True))
    return {name: value for name, value in pairs.items() if name.lower() not in _TURNS}
