"""The two listeners: what each answers, with which addresses and which cookie names.

A process serves one listener only, so its settings are made up once, before its first request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import clear_url_caches, set_urlconf

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


def become(listener: Mapping[str, Any]) -> None:
    """Make this process serve one listener: its addresses, middleware, realm and cookie names.

    Cookies are host-only: no cookie domain is ever set.
    """
    for name, value in listener.items():
        setattr(settings, name, value)
    clear_url_caches()
    set_urlconf(None)


def console_application() -> Application:
    """Return the WSGI application of the console listener."""
    become(settings.CONSOLE_LISTENER)
    return get_wsgi_application()


def public_application() -> Application:
    """Return the WSGI application of the public listener: published files first, then the application."""
    become(settings.PUBLIC_LISTENER)
    django = get_wsgi_application()
    published: Application = import_module("rongshu.publishing.responding").application
    return PublicApplication(published, django)


class PublicApplication:
    """Published files, the application under `/-/`, and the legacy map for what is not found."""

    def __init__(self, published: Application, dynamic: Application) -> None:
        self.published, self.dynamic = published, dynamic

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = environ.get("PATH_INFO", "")
        if path.startswith("/-/") and not path.startswith(settings.STATIC_URL):
            return self.dynamic(environ, start_response)
        answer = _Held()
        body = self.published(environ, answer)
        if answer.status.startswith("404"):
            legacy = _Held()
            found = self.dynamic(environ, legacy)
            if not legacy.status.startswith("404"):
                _close(body)
                start_response(legacy.status, legacy.headers)
                return found
            _close(found)
        start_response(answer.status, answer.headers)
        return body


class _Held:
    """A start_response that holds the head of an answer back."""

    def __init__(self) -> None:
        self.status, self.headers = "", list[tuple[str, str]]()

    def __call__(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
        self.status, self.headers = status, headers


def _close(body: Iterable[bytes]) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()
