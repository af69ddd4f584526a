"""Signing and verifying as this node: its own key, the keys it trusts, the nonces it saw, the rules of today.

Doors and clients call these; `signing` below knows no database.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from rongshu.federation.actions.keys import StoredNonces, accept_announcement, ensure_own_key
from rongshu.federation.queries.keys import keyring, own_announcement, published_keys
from rongshu.federation.signing import messages
from rongshu.federation.signing.errors import KeyUnknown, SignatureMalformed, SignatureRefused
from rongshu.federation.signing.keys import VerifiedBy
from rongshu.federation.signing.messages import Asked, Body, Headers, VerifiedResponse
from rongshu.federation.trust_rules import message_window
from rongshu.foundation.change_marks import one_look
from rongshu.foundation.installation import node_id

# How a key was announced under the one before it, for whoever has not read our keys since.
ANNOUNCED: Final = "Federation-Key-Announced"
# The state of what this node publishes of keys: another one is read before anything else is believed.
KEYS_TAG: Final = "Federation-Keys-Tag"


def signed_request(method: str, url: str, headers: Headers, body: Body, *, to: UUID) -> dict[str, str]:
    """Return the header fields to send, signed for one recipient."""
    return messages.sign_request(
        method, url, _with_keys(headers), body, ensure_own_key(), to=to, window=message_window()
    )


def verified_request(request: HttpRequest) -> VerifiedBy:
    """Return which node's request it is; raise a `SignatureRefused`. Call it outside any transaction."""
    headers = dict(request.headers)
    try:
        with one_look():
            return _verified(request, headers)
    except KeyUnknown:
        if not _learns_from(headers):
            raise
        return _verified(request, headers)


def signed_response(
    request: HttpRequest, response: HttpResponseBase, *, body: Body | None = None
) -> HttpResponseBase:
    """Sign a response in place; `body` is the digest of the whole where it streams or holds a range.

    What answers a request whose fields are nonsense stays unsigned: it could only be signed with them.
    """
    whole = body if body is not None else getattr(response, "content", b"")
    response.headers.setdefault("Cache-Control", "private, no-cache, no-transform")
    key = ensure_own_key()
    try:
        with one_look():
            headers = _with_keys(dict(response.headers))
            signed = messages.sign_response(
                response.status_code, headers, whole, key, asked=_asked(request), window=message_window()
            )
    except SignatureMalformed:
        return response
    for name, value in signed.items():
        response.headers[name] = value
    return response


def verified_response(
    status: int, headers: Headers, body: Body | None, *, asked: Asked, node: UUID
) -> VerifiedResponse:
    """Return whose answer it is and what its whole body must be; raise a `SignatureRefused`."""
    try:
        return _verified_response(status, headers, body, asked, node)
    except KeyUnknown:
        if not _learns_from(headers):
            raise
        return _verified_response(status, headers, body, asked, node)


def _verified(request: HttpRequest, headers: dict[str, str]) -> VerifiedBy:
    return messages.verify_request(
        request.method or "",
        _url(request),
        headers,
        request.body,
        keyring=keyring(),
        nonces=StoredNonces(),
        this_node=node_id(),
        window=message_window(),
    )


def _verified_response(
    status: int, headers: Headers, body: Body | None, asked: Asked, node: UUID
) -> VerifiedResponse:
    return messages.verify_response(
        status, headers, body, asked=asked, keyring=keyring(), node=node, window=message_window()
    )


def _learns_from(headers: Mapping[str, str]) -> bool:
    """Whether the sender brought the announcement of a key that a trusted one of its keys signed."""
    field = next((value for name, value in headers.items() if name.lower() == ANNOUNCED.lower()), None)
    if field is None:
        return False
    try:
        accept_announcement(field)
    except SignatureRefused:
        return False
    return True


def _with_keys(headers: Headers) -> dict[str, str]:
    announced = own_announcement()
    return {**headers, **({ANNOUNCED: announced} if announced else {}), KEYS_TAG: published_keys().tag}


def _asked(request: HttpRequest) -> Asked:
    return Asked(request.method or "", _url(request), dict(request.headers))


def _url(request: HttpRequest) -> str:
    # Neither scheme nor host are signed: gateways rewrite them.
    return f"https://node{request.get_full_path()}"
