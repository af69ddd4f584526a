"""How an old address may arrive in another spelling than the one that was kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_SESSION: Final = re.compile(r";[a-z]*sess[a-z]*=[^/?;]*", re.IGNORECASE)
_SLASHES: Final = re.compile(r"/{2,}")
# What messengers, campaigns, caches and sessions add to an address; none of it names another page.
_ADDED: Final = re.compile(
    r"(?:from|isappinstalled|share_?token|scene|clicktime|enterid|wxfid|nsukey|spm|utm_\w+|_t?|t(?:ime)?stamp|"
    r"rand(?:om)?|jsessionid|phpsessid|aspsessionid\w*|sessionid|cfid|cftoken)",
    re.IGNORECASE,
)
_STATIC: Final = re.compile(r"(?:/|\.(?:s?html?|pdf|docx?|xlsx?|zip|rar|jpe?g|png|gif))$", re.IGNORECASE)
# IIS takes no notice of case.
_CASELESS: Final = re.compile(r"\.(?:aspx?|ashx)$", re.IGNORECASE)


def other_spellings(request_uri: str) -> Iterator[str]:
    """Yield further spellings of a request URI under which the page may have been kept, likeliest first."""
    path, _, query = request_uri.partition("?")
    plain = _SLASHES.sub("/", _SESSION.sub("", path))
    kept = "&".join(pair for pair in query.split("&") if pair and not _ADDED.fullmatch(pair.split("=", 1)[0]))
    queried = f"{plain}?{kept}" if kept else plain
    yield queried
    if _STATIC.search(plain):
        yield plain
    elif "." not in plain.rpartition("/")[2]:
        yield f"{plain}/"
    if _CASELESS.search(plain):
        yield queried.lower()
