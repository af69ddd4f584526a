"""One person's walk over every address of the console, with others' objects and with his own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.project.walking.addresses import Address, addresses, foreign, own, without
from rongshu.project.walking.answers import Answer, ids_in, marks_in, read
from rongshu.project.walking.harvest import Harvest
from rongshu.project.walking.tables import all_rows, differences
from rongshu.project.walking.world import Tenant, World, mark_of

VERBS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_HTMX: Final = {"HX-Request": "true"}
_JSON: Final = {"Accept": "application/json", "X-Autosave": "1"}
# Ways out of the session, not content; the walker would have to sign in anew after each.
_ENDS_WALK: Final = frozenset({"sign-out"})
_QUERIES: Final = ("format=csv", "format=xlsx", "q={}", "q={}&format=csv", "sort=-title", "after=x&before=y")
# What a list may be narrowed by, and whose it would be.
_NAMED_IN_QUERIES: Final = {"column": "Column", "owner": "Organization", "under": "Resource"}
_LISTS_BELOW: Final = frozenset({"column-content", "site-addresses", "site-files"})
_OWN_OBJECTS: Final = 3
# Everyone's: the names of units and roles stand in choosers, what is shared may be seen by all.
_NOBODYS: Final = ("Organization", "OrganizationName")
# Rows that a refused or a harmless request may leave, and why that is no change of content.
_TRACES: Final[Mapping[str, str]] = {
    "rongshu_foundation_auditrecord": "a refused attempt and an export are recorded (P7-02)",
    "rongshu_accounts_signinattempt": "the history of sign-in",
}


@dataclass
class Findings:
    """What a walk found: requests asked, leaks and changes in words."""

    requests: int = 0
    names: set[str] = field(default_factory=set)
    leaks: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)

    def add(self, other: Findings) -> None:
        """Take up what another walk found."""
        self.requests += other.requests
        self.names |= other.names
        self.leaks += other.leaks
        self.changes += other.changes


class Walker:
    """A person of one tenant, who tries everything."""

    def __init__(self, world: World, tenant: Tenant, person: Person, *, others: int = 1) -> None:
        self.world, self.tenant, self.person = world, tenant, person
        self.others = [world.after(tenant, step) for step in range(1, others + 1)]
        self.client: ConsoleClient = sign_in(None, person)
        self.findings, self.harvest = Findings(), Harvest()
        self._shown: set[Address] = set()
        self._absent: dict[tuple[Any, ...], tuple[int, str]] = {}
        self._foreign = {
            one: each.number
            for each in world.tenants if each is not tenant
            for label, ids in each.ids.items() if label not in _NOBODYS
            for one in ids if one not in each.shared
        }  # fmt: skip

    def walk(self, chosen: Sequence[Address] | None = None) -> Findings:
        """Try the addresses: with others' objects, then one's own; return what was found."""
        everything = addresses()
        chosen = everything if chosen is None else chosen
        self.findings.names |= {one.name for one in chosen}
        for address in everything:
            self._look_around(address)
        with transaction.atomic():
            self._keeps(lambda: self._try_foreign(chosen), own_may_change=False)
            self._keeps(lambda: self._look(chosen), own_may_change=True)
            self._keeps(lambda: self._deeds(chosen), own_may_change=True)
            # His own deeds are taken back, so that the next one finds the world as it was.
            transaction.set_rollback(True)
        return self.findings

    def pages(self) -> dict[str, tuple[int, str]]:
        """Return what every address says of one's own, without what passes."""
        return {
            url: self._ask("GET", url).likeness()
            for address in addresses() if address.name not in _ENDS_WALK
            for url in [address.url(own(address, self.tenant)[0])]
        }  # fmt: skip

    def _look_around(self, address: Address) -> None:
        """Gather the forms of one's own pages."""
        if address.name in _ENDS_WALK:
            return
        for given in own(address, self.tenant)[:_OWN_OBJECTS]:
            url = address.url(given)
            answer = self._ask("GET", url)
            if answer.status == 405:
                return
            if answer.status == 200:
                self._shown.add(address)
                self.harvest.gather(url, answer.body)

    def _try_foreign(self, chosen: Iterable[Address]) -> None:
        for address in chosen:
            for other in self.others if address.objects else ():
                for place, given in enumerate(foreign(address, self.tenant, other)):
                    if not set(given.values()) & other.shared:
                        self._try_one(address, given, every_way=place == 0 or len(address.objects) > 1)

    def _try_one(self, address: Address, given: Mapping[str, str], *, every_way: bool) -> None:
        """Ask for another's object in every way; each answer is the one for what is nowhere."""
        nowhere = without(given, self.tenant, address)
        body = self._body(address, {})
        for verb, headers in _ways(every_way):
            asked = (address.name, tuple(nowhere.items()), verb, tuple(headers))
            url = address.url(given)
            answer = self._ask(verb, url, body, headers)
            self._judge(f"{verb} {url} {headers or ''}", answer, given.values())
            if answer.status == 405:
                continue  # the verb is refused before anything is looked for
            if asked not in self._absent:
                nothing = self._ask(verb, address.url(nowhere), body, headers)
                self._absent[asked] = nothing.likeness(nowhere.values())
            if answer.likeness(given.values()) != self._absent[asked]:
                said = f"{answer.status}, absent {self._absent[asked][0]}"
                self.findings.leaks.append(
                    f"{self.person} {verb} {url} {headers or ''}: not as absent: {said}"
                )

    def _look(self, chosen: Iterable[Address]) -> None:
        """Ask for one's own pages: whole, as fragments, exported, searched for others' words."""
        other = self.others[0]
        for address in chosen:
            if address not in self._shown:
                continue
            for given in own(address, self.tenant)[:_OWN_OBJECTS]:
                url = address.url(given)
                for verb, headers in (("GET", {}), ("GET", _HTMX), ("HEAD", {}), ("OPTIONS", {})):
                    self._judge(f"{verb} {url}", self._ask(verb, url, None, headers))
            if not address.objects or address.name in _LISTS_BELOW:
                self._search(address.url(own(address, self.tenant)[0]), other)

    def _search(self, url: str, other: Tenant) -> None:
        nobody = mark_of(9999)
        for query in _QUERIES:
            found = self._ask("GET", f"{url}?{query.format(other.mark)}")
            self._judge(f"GET {url}?{query}", found, [other.mark])
            if "{}" in query:
                nothing = self._ask("GET", f"{url}?{query.format(nobody)}")
                if found.likeness([other.mark]) != nothing.likeness([nobody]):
                    self.findings.leaks.append(
                        f"{self.person} GET {url}?{query}: {other.mark} is no stranger"
                    )
        for name, label in _NAMED_IN_QUERIES.items():
            asked = other.named[label][0]
            answer = self._ask("GET", f"{url}?{name}={asked}")
            self._judge(f"GET {url}?{name}={label}", answer, [asked])

    def _deeds(self, chosen: Iterable[Address]) -> None:
        """Post one's own forms with others' objects in them; what of one's own changes is taken back."""
        for address in chosen:
            if address.name in _ENDS_WALK:
                continue
            given = own(address, self.tenant)[0]
            for other in self.others:
                replaced = self._replacements(other)
                body = self._body(address, replaced)
                self._deed(address.url(given), body, [*given.values(), *replaced.values()])

    def _deed(self, url: str, body: Mapping[str, Any], known: Iterable[str]) -> None:
        for headers in ({}, _HTMX):
            answer = self._ask("POST", url, body, headers)
            self._judge(f"POST {url}", answer, [*known, *_texts(body)])

    def _replacements(self, other: Tenant) -> dict[str, str]:
        """Return what to put in the place of each of one's own ids: the other's of the same kind."""
        swapped: dict[str, str] = {}
        for label, ids in self.tenant.named.items():
            his = [one for one in other.named.get(label, ()) if one not in other.shared]
            if his:
                swapped |= {one: his[min(place, len(his) - 1)] for place, one in enumerate(ids)}
        return swapped

    def _body(self, address: Address, replaced: Mapping[str, str]) -> dict[str, Any]:
        return {
            name: [replaced.get(value, value) for value in values]
            for name, values in self.harvest.body_for(address.name).items()
        }

    def _ask(
        self, verb: str, url: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] = {}
    ) -> Answer:
        self.findings.requests += 1
        if verb == "POST":
            sent = {**(body or {}), "file": SimpleUploadedFile("示范.txt", "示范".encode(), "text/plain")}
            return read(self.client.post(url, sent, headers=dict(headers)))
        return read(self.client.generic(verb, url, headers=dict(headers)))

    def _judge(self, asked: str, answer: Answer, known: Iterable[str] = ()) -> None:
        """Note every foreign mark and id in an answer but those the question itself named."""
        words = answer.words
        for one in known:
            words = words.replace(one, "…") if one in words else words
        strangers = marks_in(words) - {self.tenant.number, 9999}
        objects = {one for one in ids_in(words) if one in self._foreign}
        if answer.status >= 500:
            self.findings.leaks.append(f"{self.person} {asked}: failed with {answer.status}")
        if strangers or objects:
            at = words.find(mark_of(min(strangers))) if strangers else words.find(min(objects))
            told = " ".join(words[max(0, at - 90) : at + 60].split())
            self.findings.leaks.append(f"{self.person} {asked} {answer.status}: …{told}…")

    def _keeps(self, deed: Any, *, own_may_change: bool) -> None:
        """Do something; note every row that changed and is not one's own to change."""
        before = all_rows()
        deed()
        for table, key, told in differences(before, all_rows()):
            if table in _TRACES or (own_may_change and self._is_own(table, key, told)):
                continue
            self.findings.changes.append(f"{self.person} {table} {key}: {told}"[:600])

    def _is_own(self, table: str, key: Any, told: str) -> bool:
        if told.startswith("added"):
            return not (marks_in(told) - {self.tenant.number})
        return key in self.tenant.rows.get(table, ())


def _ways(every_way: bool) -> Iterator[tuple[str, dict[str, str]]]:
    for verb in VERBS if every_way else ("GET", "POST"):
        yield verb, {}
    yield "GET", dict(_HTMX)
    yield "POST", dict(_HTMX)
    if every_way:
        yield "GET", dict(_JSON)
        yield "POST", dict(_JSON)


def _texts(body: Mapping[str, Any]) -> list[str]:
    return [one for values in body.values() for one in values if isinstance(one, str) and len(one) > 3]
