"""One person's walk over every address of the console, with others' objects and with his own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import Enum
from typing import Final

from rongshu.accounts.models import Person
from rongshu.project.walking.addresses import Address, Given, absent, addresses, foreign, own, without
from rongshu.project.walking.answers import Answer
from rongshu.project.walking.asking import PLAIN, Asker, Headers, texts
from rongshu.project.walking.findings import Findings
from rongshu.project.walking.harvest import Body, Harvest
from rongshu.project.walking.tables import Tables
from rongshu.project.walking.world import NOBODY, Tenant, World, mark_of

VERBS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_HTMX: Final = {"HX-Request": "true"}
_AUTOSAVE: Final = {"Accept": "application/json", "X-Autosave": "1"}
_JSON: Final = {"Accept": "application/json", "Content-Type": "application/json"}
# Ways out of the session, not content; the walker would have to sign in anew after each.
_ENDS_WALK: Final = frozenset({"sign-out"})
# Each answer carries a secret made just now.
_FRESH: Final = frozenset(
    {"new-factor", "console-token", "console-enrol", "console-reset-factor", "recovery-codes"}
)
# They speak of the whole installation: how far its events are carried out, and the names of all units.
_OF_ALL: Final = frozenset({"health", "console-suggest-organizations"})
# What a list may be narrowed by, and whose it would be.
_NAMED_IN_QUERIES: Final = {"column": "Column", "under": "Resource", "place": "Column", "parent": "Column"}
_OWN_OBJECTS: Final = 3


class Depth(Enum):
    """How much is asked of each address."""

    # Every verb, header and object; forms once for each field that names objects, beside what is nowhere.
    THOROUGH = "thorough"
    # One object by turns, read or posted by turns, and every third form with others' objects in all fields.
    BRIEF = "brief"


class Walker:
    """A person of one tenant, who tries everything; `harvest` holds the forms that his role is offered.

    `turn` says which object is next where one by turns is tried.
    """

    def __init__(
        self,
        world: World,
        tables: Tables,
        harvest: Harvest,
        tenant: Tenant,
        person: Person,
        *,
        others: int = 1,
    ) -> None:
        self.tenant, self.harvest, self.turn = tenant, harvest, tenant.number
        self._himself = (tenant.mark, tenant.unit_name)
        self.others = [world.after(tenant, step) for step in range(1, others + 1)]
        self.asker = Asker(world, tables, tenant, person)
        self._mine = harvest.exchanged_for(tenant)

    def walk(
        self, tried: Sequence[Address] | None = None, *, thoroughly: Collection[Address] | None = None
    ) -> Findings:
        """Try the addresses (else all), some of them (else each) thoroughly; return what was found."""
        for place, address in enumerate(addresses() if tried is None else tried):
            self.turn = self.tenant.number + place
            depth = Depth.THOROUGH if thoroughly is None or address in thoroughly else Depth.BRIEF
            self.asker.findings.names.add(address.name)
            with self.asker.kept(f"foreign {address.name}"):
                for other in self.others:
                    self._try_foreign(address, other, depth)
            if address.name in _ENDS_WALK:
                continue
            # Opening a review is written down, recovery codes are made when first shown.
            with self.asker.kept(f"own {address.name}", own_may_change=True):
                self._look(address, depth)
            for other in self.others:
                self._do(address, other, depth)
        return self.asker.findings

    def gather(self) -> None:
        """Take up the forms of one's own pages into the harvest, which is this tenant's."""
        for address in addresses():
            if address.name in _ENDS_WALK:
                continue
            with self.asker.kept(f"own {address.name}", own_may_change=True):
                for given in own(address, self.tenant)[:_OWN_OBJECTS]:
                    url = address.url(given)
                    answer = self.asker.ask("GET", url)
                    # What answers no page has no forms; exports are dear.
                    if not answer.is_page or answer.status == 405:
                        break
                    if answer.status == 200:
                        self.harvest.gather(url, answer.body)

    def pages(self) -> dict[str, tuple[int, str]]:
        """Return what every address says of one's own, without what passes."""
        found = {}
        for address in addresses():
            if address.name not in _ENDS_WALK | _FRESH | _OF_ALL:
                url = address.url(own(address, self.tenant)[0])
                with self.asker.kept(f"own {address.name}", own_may_change=True):
                    found[url] = self.asker.ask("GET", url).likeness()
        return found

    # Others' objects in addresses.

    def _try_foreign(self, address: Address, other: Tenant, depth: Depth) -> None:
        ways = foreign(address, self.tenant, other) if address.objects else []
        if not ways:
            return
        body = self._own_body(address)
        if depth is Depth.BRIEF:
            self._is_as_absent(
                address, ways[self.turn % len(ways)], *_BY_TURNS[self.turn % len(_BY_TURNS)], body
            )
            return
        for place, given in enumerate(ways):
            for verb, headers in (
                _EVERY_WAY if place == 0 else [_BY_TURNS[(self.turn + place) % len(_BY_TURNS)]]
            ):
                self._is_as_absent(address, given, verb, headers, body)
        self._needs_token(address.url(ways[0]), body)

    def _is_as_absent(self, address: Address, given: Given, verb: str, headers: Headers, body: Body) -> None:
        """Ask for another's object; the answer is the one for what is nowhere."""
        nowhere = without(given, self.tenant, address)
        asked = (address.name, *(one == nowhere[name] for name, one in given.items()), verb, *headers.items())
        url, away = address.url(given), address.url(nowhere)
        answer = self.asker.ask(verb, url, body, headers)
        found = answer.likeness([url, *given.values(), *self._himself])
        if found == self.harvest.absent.get(asked):
            return
        nothing = self.asker.ask(verb, away, body, headers)
        self.asker.judge(f"{verb} {away}", nothing, nowhere.values())
        self.harvest.absent[asked] = nothing.likeness([away, *nowhere.values(), *self._himself])
        if found != self.harvest.absent[asked]:
            self.asker.leaked(
                f"{verb} {url} {dict(headers) or ''}: {answer.status}, absent {nothing.status}: not as absent"
            )
            self.asker.judge(f"{verb} {url}", answer, given.values())

    def _needs_token(self, url: str, body: Body) -> None:
        answer = self.asker.ask("POST", url, body, token=False)
        if answer.status not in {403, 405}:
            self.asker.leaked(f"POST {url} without a token: {answer.status}")

    # One's own pages.

    def _look(self, address: Address, depth: Depth) -> None:
        """Ask for one's own pages: whole, as fragments, exported, searched for others' words."""
        every_way, chosen = depth is Depth.THOROUGH, own(address, self.tenant)
        for given in chosen[:_OWN_OBJECTS] if every_way else [chosen[self.turn % len(chosen)]]:
            url = address.url(given)
            answer = self.asker.ask("GET", url)
            self.asker.judge(f"GET {url}", answer)
            if every_way and answer.status == 200 and answer.is_page:
                for verb, headers in _OWN_WAYS:
                    self.asker.judge(f"{verb} {url}", self.asker.ask(verb, url, None, headers))
                if given is chosen[0] and address.name not in _FRESH:
                    self._search(address, url, self.others[0])

    def _search(self, address: Address, url: str, other: Tenant) -> None:
        self._is_stranger(url, "q={}&title={}", other.mark)
        for name, label in _NAMED_IN_QUERIES.items():
            named = next(one for one in other.named[label] if one not in other.shared)
            self._is_stranger(url, f"{name}={{}}", named, absent(f"{label.lower()}_id"))
        if "q" in self.harvest.bodies.get(address.name, {}):
            self._is_stranger(url, "q={}&format=csv", other.mark)
            for query in ("format=csv", "format=xlsx", "sort=-title", "after=x&before=y"):
                self.asker.judge(f"GET {url}?{query}", self.asker.ask("GET", f"{url}?{query}"))

    def _is_stranger(self, url: str, query: str, named: str, nobody: str = mark_of(NOBODY)) -> None:
        """A word or an id of another finds what one of nobody finds."""
        asked = [f"{url}?{query.format(one, one)}" for one in (named, nobody)]
        found, nothing = (self.asker.ask("GET", one) for one in asked)
        if found.likeness([named]) != nothing.likeness([nobody]):
            self.asker.leaked(f"GET {asked[0]}: is no stranger")
            self.asker.judge(f"GET {asked[0]}", found, [named])

    # One's own deeds, with others' objects in them.

    def _do(self, address: Address, other: Tenant, depth: Depth) -> None:
        given = own(address, self.tenant)[0]
        url = address.url(given)
        known = list(given.values())
        if depth is Depth.BRIEF:
            if self.turn % 3 == 0:
                self._deed(address, url, self._body(address, self._others(other)), known)
            return
        self._deed(address, url, self._own_body(address), known)
        for field in [None, *self.harvest.naming_fields(address.name)]:
            self._names_nobody(address, url, other, field)
        self._names_nobody(address, url, other, None, confirmed=False)
        for words in self.harvest.strangers_words(address.name):
            self._says_nothing(address, url, other, words)
        for headers in (_HTMX, _AUTOSAVE, _JSON):
            self._deed(address, url, self._body(address, self._others(other)), known, headers)

    def _names_nobody(
        self, address: Address, url: str, other: Tenant, field: str | None, *, confirmed: bool = True
    ) -> None:
        """Post a form with others' objects in it; the answer is the one for what is nowhere."""
        theirs = self._body(address, self._others(other), field, confirmed=confirmed)
        nobodys = self._body(address, self._nowhere(other), field, confirmed=confirmed)
        said = [url, *texts(theirs), *texts(nobodys)]
        found, nothing = (self._deed(address, url, body, said) for body in (theirs, nobodys))
        if address.name in _FRESH:
            return
        if self.asker.likeness(found, said) != self.asker.likeness(nothing, said):
            told = f"{found.status}, absent {nothing.status}: not as absent"
            self.asker.leaked(f"POST {url} {field or 'all'} {'confirmed' if confirmed else ''}: {told}")

    def _says_nothing(self, address: Address, url: str, other: Tenant, words: Mapping[str, str]) -> None:
        """Post a form that calls things as another does; the answer is the one for what nobody calls so."""
        marks = (other.mark, mark_of(NOBODY))
        body = self._own_body(address)
        bodies = [body | {field: [one.format(mark)] for field, one in words.items()} for mark in marks]
        found, nothing = (self._deed(address, url, one, [url], words=marks) for one in bodies)
        said = [url, *marks, *texts(bodies[0]), *texts(bodies[1])]
        if address.name in _FRESH:
            return
        if self.asker.likeness(found, said) != self.asker.likeness(nothing, said):
            told = f"{found.status}, nobody's {nothing.status}: is no stranger"
            self.asker.leaked(f"POST {url} {[*words.values()]}: {told}")

    def _deed(
        self,
        address: Address,
        url: str,
        body: Body,
        known: Sequence[str],
        headers: Headers = PLAIN,
        *,
        words: Sequence[str] = (),
    ) -> Answer:
        with self.asker.kept(f"POST {url}", own_may_change=True, known=words):
            answer = self.asker.ask("POST", url, body, headers)
        self.asker.judge(f"POST {url}", answer, [*known, *words, *texts(body)])
        if answer.status < 400:
            self.asker.findings.done[address.name] += 1
        return answer

    # Bodies.

    def _own_body(self, address: Address) -> Body:
        return self._body(address, self._mine)

    def _body(
        self,
        address: Address,
        exchanged: Mapping[str, str],
        only: str | None = None,
        *,
        confirmed: bool = True,
    ) -> Body:
        """Return the body as this tenant would fill it, with the ids exchanged (of one field only)."""
        harvested = self.harvest.body_for(address.name, confirmed=confirmed)
        body = self.harvest.exchanged(
            harvested, lambda field: exchanged if only in {None, field} else self._mine
        )
        return {
            field: [value.replace(self.harvest.tenant.mark, self.tenant.mark) for value in values]
            for field, values in body.items()
        }

    def _others(self, other: Tenant) -> Mapping[str, str]:
        return self.harvest.exchanged_for(other)

    def _nowhere(self, other: Tenant) -> Mapping[str, str]:
        """Return what is nowhere in the place of each object; the names of units are public."""
        objects = {one: _nowhere(one, place) for place, one in enumerate(sorted(self.harvest.tenant.objects))}
        return {**self._others(other), **objects}


def _nowhere(one: str, place: int) -> str:
    """Return what looks like an object's name and names nothing."""
    if one.isdigit():
        return str(987_000_000 + place)
    if one.startswith("sha256:"):
        return f"sha256:{place:064x}"
    return f"01900000-0000-7000-8000-{0xDEAD00000000 + place:012x}" if len(one) == 36 else f"no-such-{place}"


def _all_ways() -> Iterator[tuple[str, Headers]]:
    yield from ((verb, PLAIN) for verb in VERBS)
    yield from ((verb, headers) for headers in (_HTMX, _AUTOSAVE) for verb in ("GET", "POST"))


_EVERY_WAY: Final = tuple(_all_ways())
_TWO_WAYS: Final = (("GET", PLAIN), ("POST", PLAIN))
_BY_TURNS: Final = (*_TWO_WAYS, ("GET", _HTMX), ("POST", _HTMX))
_OWN_WAYS: Final = (("GET", _HTMX), ("HEAD", PLAIN), ("OPTIONS", PLAIN))
