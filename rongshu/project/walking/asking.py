"""One person at the console: he asks, and every answer and every written row is judged."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.cookies import SimpleCookie
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.console.list_exporting import EXPORT_PACE
from rongshu.console.pacing import forget_paces
from rongshu.project.walking.answers import Answer, ids_in, marks_in, read
from rongshu.project.walking.findings import Findings
from rongshu.project.walking.tables import Change, Tables, watching
from rongshu.project.walking.world import NOBODY, Tenant, World, mark_of

Headers = Mapping[str, str]
PLAIN: Final[Headers] = {}
_TOKEN: Final = "w" * 32
# What is one for all and moves with anybody's deed, and why that says nothing.
_EVERYBODYS: Final = {
    "rongshu_inspection_lexiconstate": "grows when any dictionary changes: processes read theirs anew",
}
_KEPT_IDS: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{32}\b")


class Asker:
    """A person of one tenant, signed in, with a page's token: nothing is refused for want of that."""

    def __init__(self, world: World, tables: Tables, tenant: Tenant, person: Person) -> None:
        self.world, self.tables, self.tenant, self.person = world, tables, tenant, person
        self.findings = Findings()
        self._client: ConsoleClient = sign_in(None, person)
        self._client.raise_request_exception = False
        self._client.handler.enforce_csrf_checks = True
        listener = settings.CONSOLE_LISTENER
        self._session = self._client.cookies[listener["SESSION_COOKIE_NAME"]].value
        self._cookies = {
            listener["SESSION_COOKIE_NAME"]: self._session, listener["CSRF_COOKIE_NAME"]: _TOKEN
        }  # fmt: skip

    def ask(
        self,
        verb: str,
        url: str,
        body: Mapping[str, Any] | None = None,
        headers: Headers = PLAIN,
        *,
        token: bool = True,
    ) -> Answer:
        """Ask once; what an earlier answer set in cookies is forgotten, and how often he asked.

        Whether he is refused for haste depends on the clock, and would tell two equal answers apart.
        """
        EXPORT_PACE.forget()
        forget_paces()
        self.findings.requests += 1
        self._client.cookies = SimpleCookie(self._cookies)
        sent = {**headers, **({"X-CSRFToken": _TOKEN} if token else {})}
        if verb in {"GET", "HEAD", "OPTIONS"}:
            return read(self._client.generic(verb, url, headers=sent))
        if headers.get("Content-Type") == "application/json":
            flat = {name: values[0] if values else "" for name, values in (body or {}).items()}
            return read(self._client.generic(verb, url, json.dumps(flat), "application/json", headers=sent))
        if verb == "POST" and "file" in (body or {}):
            file = SimpleUploadedFile("示范.txt", "示范".encode(), "text/plain")
            return read(self._client.post(url, {**(body or {}), "file": file}, headers=sent))
        form = urlencode(body or {}, doseq=True)
        return read(self._client.generic(verb, url, form, "application/x-www-form-urlencoded", headers=sent))

    def judge(self, asked: str, answer: Answer, known: Iterable[str] = ()) -> None:
        """Note every foreign mark and id in an answer but those the question itself named."""
        words = answer.without(known)
        if answer.status >= 500:
            self.leaked(f"{asked}: failed with {answer.status}")
        strangers = {mark_of(one) for one in marks_in(words) - {self.tenant.number, NOBODY}}
        strangers |= {one for one in ids_in(words) if self._is_foreign(one)}
        if strangers:
            at = words.find(min(strangers))
            told = " ".join(words[max(0, at - 90) : at + 60].split())
            self.leaked(f"{asked} {answer.status}: …{told}…")

    def likeness(self, answer: Answer, known: Iterable[str]) -> tuple[int, str]:
        """Return an answer without what passes, what was asked for, and the ids of what it made just now."""
        status, told = answer.likeness(known)
        return status, _KEPT_IDS.sub(lambda one: one[0] if one[0] in self.world.owner_of else "…", told)

    def leaked(self, what: str) -> None:
        """Note a leak."""
        self.findings.leaks.append(f"{self.person} {what}")

    @contextmanager
    def kept(self, asked: str, *, own_may_change: bool = False, known: Sequence[str] = ()) -> Iterator[None]:
        """Note every row that the deed changed and that was not one's own to change; take the deed back.

        `known`: words of another that the deed itself brought in.
        """
        with transaction.atomic():
            with watching() as written:
                yield
            for change in self.tables.changes(written):
                if not self._may_be(change, own_may_change=own_may_change, known=known):
                    self.findings.changes.append(f"{self.person} {asked}: {change}"[:700])
            transaction.set_rollback(True)

    def _may_be(self, change: Change, *, own_may_change: bool, known: Sequence[str]) -> bool:
        return self._is_trace(change) or (own_may_change and self._is_own(change, known))

    def _is_trace(self, change: Change) -> bool:
        """Whether a row only says who asked: refusals and exports are recorded (P7-02), sessions touched."""
        row = change.now or {}
        if change.table == "rongshu_foundation_auditrecord":
            his = _plain_id(row.get("actor_id")) == self.person.pk.hex and row["via"] == "web"
            return change.then is None and his and str(row["action"]).endswith(("-refused", ".exported"))
        return change.table == "usersessions_usersession" and row.get("session_key") == self._session

    def _is_own(self, change: Change, known: Sequence[str]) -> bool:
        if change.table in _EVERYBODYS:
            return True
        if change.then is not None:
            return change.key in self.tenant.rows.get(change.table, ())
        told = str(change.now)
        for word in known:
            told = told.replace(word, "…")
        return not (marks_in(told) - {self.tenant.number, NOBODY}) and not any(
            map(self._is_foreign, _KEPT_IDS.findall(told))
        )

    def _is_foreign(self, one: str) -> bool:
        return self.world.owner_of.get(one, self.tenant.number) != self.tenant.number


def _plain_id(value: Any) -> str:
    return str(value).replace("-", "")


def texts(body: Mapping[str, Sequence[str]]) -> list[str]:
    """Return what a body says, where it is long enough to be told from the page's own words."""
    return [one for values in body.values() for one in values if len(one) > 3]
