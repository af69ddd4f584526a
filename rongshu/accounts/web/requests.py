"""What a console view gets: a request whose person is known."""

from __future__ import annotations

from django.http import HttpRequest

from rongshu.accounts.models import Account, Person
from rongshu.accounts.viewers import Viewer


class StaffRequest(HttpRequest):
    """A request that has passed the staff gate: it bears the person, and what he may see and do."""

    user: Account
    person: Person
    viewer: Viewer


def client_address(request: HttpRequest) -> str:
    """Return the address a request came from."""
    return str(request.META.get("REMOTE_ADDR") or "")
