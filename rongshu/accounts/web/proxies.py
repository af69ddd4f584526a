"""What a proxy in front of the console says about a request, where the proxy is one we were told to trust."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_Answer = Callable[[HttpRequest], HttpResponse]


def behind_proxies(get_response: _Answer) -> _Answer:
    """Put the client's own address and scheme in place of a trusted proxy's; over TLS cookies are secure."""

    def answer(request: HttpRequest) -> HttpResponse:
        caller = request.META.get("REMOTE_ADDR", "")
        if (address_in(caller) or caller) in _trusted(frozenset(settings.TRUSTED_PROXIES)):
            _take_word_of_proxy(request)
        response = get_response(request)
        if request.scheme == "https":
            for cookie in response.cookies.values():
                cookie["secure"] = True
        return response

    return answer


def _take_word_of_proxy(request: HttpRequest) -> None:
    # Each proxy adds the address it was called from; what stands left of a stranger's he wrote himself.
    for told in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        address = address_in(told)
        if address is None:
            break  # not an address: whoever stands left of it cannot be believed either
        if address not in _trusted(frozenset(settings.TRUSTED_PROXIES)):
            request.META["REMOTE_ADDR"] = address
            break
    if request.META.get("HTTP_X_FORWARDED_PROTO") == "https":
        request.META["wsgi.url_scheme"] = "https"


@lru_cache(maxsize=4)
def _trusted(proxies: frozenset[str]) -> frozenset[str]:
    return frozenset(address_in(one) or one for one in proxies)


def address_in(told: str) -> str | None:
    """Return the address in "ip", "ip:port", "[ip]" or "[ip]:port", in its shortest form; None for others."""
    told = told.strip().strip('"')
    if told.startswith("["):
        told = told[1:].partition("]")[0]
    elif told.count(":") == 1:
        told = told.partition(":")[0]
    try:
        address = ip_address(told)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)
