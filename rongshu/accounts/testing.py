"""Signing a person in at the console in a test, without the pages that lead there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client, override_settings

from rongshu.accounts.models import Account, Person, Realm
from rongshu.accounts.web import staff_sessions

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer


class ConsoleClient(Client):
    """A test client that talks to the console listener: its addresses, middleware and cookies."""

    def request(self, **request: Any) -> Answer:
        """Answer as a process that serves the console does."""
        wanted = {**settings.CONSOLE_LISTENER, "ALLOWED_HOSTS": ["*"]}
        # To override settings forgets the compiled URL table, which is dearer than most pages.
        if all(getattr(settings, name, None) == value for name, value in wanted.items()):
            return super().request(**request)
        with override_settings(**wanted):
            return super().request(**request)


def sign_in(client: Client | None, person: Person) -> ConsoleClient:
    """Return a console client with a session of this person that has passed the second factor.

    The client given is used when it is a console client; another one stays as it is.
    """
    console = client if isinstance(client, ConsoleClient) else ConsoleClient()
    console.cookies[settings.CONSOLE_LISTENER["SESSION_COOKIE_NAME"]] = _session_key(_account_of(person))
    return console


def _account_of(person: Person) -> Account:
    account, _ = Account.objects.get_or_create(
        person=person, realm=Realm.STAFF, defaults={"login_name": person.handle}
    )
    return account


def _session_key(account: Account) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    staff_sessions.begin(session)
    session.save()
    return str(session.session_key)
