"""The back office with a full library: lists, the edit form and saving, through the real views.

    createdb NAME; DATABASE_URL=postgres://…/NAME python -m bench.console --seed [--resources 1000000]
    DATABASE_URL=postgres://…/NAME python -m bench.console [--rounds 15] [--only TEXT] [--explain]

PostgreSQL only: the library is cloned by the database. Three persons: an editor with 1,400 grants (100 units,
1,300 columns of 200 sites), a reviewer over everything, a supervisor of the platform. Targets, p95: lists
300 ms, edit form 200 ms, save 200 ms. The database stays, so that a second run needs no seed; the first brings
it to the present schema.

Beside the times stand the CPU of a page in Python and in the database, which hold on a busy machine, too. The
last line is the verdict. About four minutes.
"""

# ruff: noqa: E501 - addresses, one list a line
from __future__ import annotations

import argparse
import gc
import html
import itertools
import logging
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SITES, UNITS, COLUMNS = 200, 100, 1300
# A long list of ids in a query is not worth reading.
_MANY = re.compile(r"\((?:'[-0-9a-f]{36}'::uuid(?:, )?){3,}\)")
_OLDER = re.compile(r'rel="next" href="([^"]+)"')
_CLONE = Path(__file__).with_name("console_library.sql")


def main() -> None:
    """Seed, or measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", action="store_true")
    parser.add_argument("--resources", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--only", default="")
    parser.add_argument("--explain", action="store_true", help="print the queries that take over 50 ms")
    options = parser.parse_args()
    os.environ.setdefault("RONGSHU_DATA", str(Path(tempfile.gettempdir()) / "rongshu-bench-console"))
    os.environ.update(RONGSHU_DEMO="1", DJANGO_SETTINGS_MODULE="rongshu.project.settings")
    import django  # noqa: PLC0415 - the environment first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    if options.seed:
        seed(options.resources)
    sys.exit(measure(options))


def seed(resources: int) -> None:
    """Make 200 sites and a few thousand resources through the models; let the database clone those."""
    from django.db import connection  # noqa: PLC0415

    from bench.publishing.seeding import seed as begin  # noqa: PLC0415

    begin(4000, SITES, lambda number: [number % SITES])
    people()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('bench.resources', %s, false)", [str(resources)])
        cursor.execute(_CLONE.read_text(encoding="utf-8"))
        cursor.execute("RESET session_replication_role")
        # What the models made before there was an installation is its own all the same.
        cursor.execute(
            "UPDATE rongshu_foundation_installation"
            " SET node_id = (SELECT origin_node FROM rongshu_library_resource LIMIT 1)"
        )


def people() -> dict[str, Any]:
    """Return the three persons, made and given their roles when they are not there yet."""
    from rongshu.accounts.actions.grant_role import grant_role  # noqa: PLC0415
    from rongshu.accounts.actions.register_person import register_person  # noqa: PLC0415
    from rongshu.accounts.models import Person  # noqa: PLC0415
    from rongshu.foundation.audit import Clock  # noqa: PLC0415
    from rongshu.organizations.models import Organization  # noqa: PLC0415
    from rongshu.sites.models import Column, Site  # noqa: PLC0415

    names = {"editor": "示范编辑", "reviewer": "示范审核人", "supervisor": "示范监管员"}
    found = {
        one.handle.removeprefix("bench-"): one for one in Person.objects.filter(handle__startswith="bench-")
    }
    if found:
        return found
    home = Organization.objects.get(pk=Site.objects.get(slug="site-0").sponsor_id)
    found = {
        code: register_person(actor=Clock(), name=name, handle=f"bench-{code}", organization=home)
        for code, name in names.items()
    }
    for role in ("first-reviewer", "second-reviewer", "final-reviewer", "publisher"):
        grant_role(actor=Clock(), person=found["reviewer"], role=role)
    for role in ("supervisor", "site-administrator", "organization-administrator"):
        grant_role(actor=Clock(), person=found["supervisor"], role=role)
    sites = {
        int(one.slug.removeprefix("site-")): one for one in Site.objects.filter(slug__startswith="site-")
    }
    for number in range(UNITS):
        given = {"scope": "unit", "scope_id": sites[number].sponsor_id}
        grant_role(actor=Clock(), person=found["editor"], role="editor", **given)
    lower = Column.objects.filter(parent__isnull=False, slug__startswith="sub-").order_by("path", "site_id")
    for column in lower[:COLUMNS]:
        grant_role(actor=Clock(), person=found["editor"], role="editor", scope="column", scope_id=column.pk)
    return found


@dataclass
class Page:
    """A page to ask for, and the time it may take in ms; `ask` of a prepared one returns what is timed."""

    name: str
    ask: Callable[[], Any]
    limit: int = 300
    is_prepared: bool = False


def measure(options: argparse.Namespace) -> int:
    """Print one line per person and page; return how many miss their target."""
    from django.conf import settings  # noqa: PLC0415

    from rongshu.accounts.testing import sign_in  # noqa: PLC0415
    from rongshu.project.listeners import become  # noqa: PLC0415

    lines: list[Line] = []
    become({**settings.CONSOLE_LISTENER, "ALLOWED_HOSTS": ["*"]})
    logging.disable(logging.ERROR)
    # As the supervisor of `rongshu serve` does before it forks: what is loaded once is not gone through
    # again by each full garbage collection.
    gc.collect()
    gc.freeze()
    began = time.process_time()
    print(f"{'page':58}{'p50':>8}{'p95':>8}{'CPU':>8}{'DB CPU':>8}{'queries':>9}")
    for code, person in sorted(people().items()):
        client = sign_in(None, person)
        client.raise_request_exception = False
        for page in pages(client, code):
            if options.only in f"{code} {page.name}" and (line := _report(code, page, options)):
                lines.append(line)
    print(f"CPU of Python {time.process_time() - began:.1f} s")
    return _verdict(lines)


@dataclass
class Line:
    """What a page took: milliseconds at the median and the 95th percentile, CPU of both sides."""

    name: str
    limit: int
    p50: float
    p95: float
    cpu: float
    is_broken: bool = False


def _verdict(lines: list[Line]) -> int:
    """Print what every kind of page takes at worst, and whether all keep within their targets."""
    for limit, kind in ((300, "lists"), (200, "edit form and save")):
        of_kind = [one for one in lines if one.limit == limit and not one.is_broken]
        if of_kind:
            slowest, dearest = max(of_kind, key=lambda one: one.p95), max(of_kind, key=lambda one: one.cpu)
            print(
                f"{kind}: {len(of_kind)} pages, worst p95 {slowest.p95:.0f} ms ({slowest.name}),"
                f" most CPU {dearest.cpu:.0f} ms ({dearest.name})"
            )
    missed = [one.name for one in lines if one.is_broken or one.p95 > one.limit]
    print("MISSED: " + ", ".join(missed) if missed else "ALL WITHIN THEIR TARGETS")
    return 1 if missed else 0


def pages(client: Any, code: str) -> list[Page]:
    """Return every list first, searched, filtered, sorted and ten pages on, and the form."""
    from rongshu.sites.models import Column  # noqa: PLC0415

    column = Column.objects.filter(site__slug="site-0", path="/top-0/sub-0/").get()
    lists = {
        "/": [""], "/library/resources": [
            "", "?q=防汛", "?q=示范工作", "?q=第777777批", "?q=没有这样的词", "?q=工作", "?q=汛", "?status=draft", "?status=in-review",
            "?theme=11", "?published_from=2021-03-06", "?sort=created", "?q=防汛&status=effective",
        ],
        "/library/overview": [""], "/library/bin": [""],
        "/newsroom/pieces": ["", "?q=防汛", "?status=draft", "?status=effective"], "/newsroom/inbox": ["", "?q=示范", "?owner=单位7", "?late=yes", "?sort=-due"],
        "/newsroom/ready": ["", "?q=示范"], "/newsroom/reviews": ["", "?q=防汛", "?q=777777", "?state=reviewing", "?state=returned", "?owner=单位7", "?sort=opened"],
        "/newsroom/recalls": ["", "?owner=单位7"], "/newsroom/recalls/live": ["", "?q=防汛", "?q=777777", "?owner=单位77"], "/newsroom/purges": [""],
        "/newsroom/resources": ["", "?q=防汛", "?q=777777"], "/newsroom/pieces/new": [""],
        "/sites": ["", "?q=7", "?sort=-domain", "?status=online"], "/columns/monitor": [""],
        "/sites/site-0/columns": [""], f"/sites/site-0/columns/{column.pk}/content": ["", "?q=防汛", "?state=showing", "?sort=pin"],
        "/people": ["", "?q=示范"], "/organizations": ["", "?q=示范"], "/audit": ["", "?q=示范"], "/sign-ins": [""],
        "/inspection/dictionaries": [""], "/inspection/rescans": [""], "/inspection/exceptions": [""], "/newsroom/flows": [""],
        "/newsroom/statistics": ["", "?by=person"], "/newsroom/templates": [""], "/newsroom/watermarks": [""], "/newsroom/key-periods": [""],
        "/newsroom/exempt-sources": [""], "/columns/selections": [""], "/column-standards": [""], "/mandates": [""], "/settings/rules": [""],
        "/settings/calendar": [""], "/roles": [""], "/functions": [""], "/find": ["?q=防汛"], "/places": ["", "?q=7"], "/library/topics": [""], "/library/categories": [""],
        "/intake/runs": [""], "/intake/batches": [""], "/intake/tasks": [""], "/federation/": [""], "/federation/messages": [""],
        "/federation/quarantine": [""], "/federation/reports": [""], "/federation/offers": [""], "/federation/uses": [""],
        "/federation/statistics": [""], "/search/report": [""], "/search/hot-words": [""], "/search/words": [""], "/search/promotions": [""],
        "/search/index": [""],
    }  # fmt: skip
    made = [
        Page(f"{path}{query}", lambda url=path + query: client.get(url))
        for path, queries in lists.items()
        for query in queries
    ]
    for path in (
        "/library/resources",
        "/newsroom/pieces",
        "/newsroom/reviews",
        "/newsroom/inbox",
        "/newsroom/recalls/live",
    ):
        made.append(Page(f"{path} tenth page", lambda path=path: _tenth(client, path), is_prepared=True))
    return made + (_editing(client) if code == "editor" else [])


_TENTH: dict[tuple[int, str], str] = {}


def _tenth(client: Any, path: str) -> Callable[[], Any]:
    """Walk nine pages on, once, and return how to ask for the tenth (or the last)."""
    key = (id(client), path)
    if key not in _TENTH:
        _TENTH[key] = path
        for _ in range(9):
            answer = client.get(_TENTH[key])
            older = _OLDER.search(answer.content.decode()) if answer.status_code == 200 else None
            if older is None:
                break
            _TENTH[key] = path + html.unescape(older[1])
    return lambda: client.get(_TENTH[key])


def _editing(client: Any) -> list[Page]:
    """Opening a piece for editing, its form, autosave and saving; each time another piece."""
    from rongshu.library.models import Resource  # noqa: PLC0415
    from rongshu.newsroom.models.drafting import Draft  # noqa: PLC0415

    Draft.objects.all().delete()
    rows = Resource.objects.filter(created_by__handle="bench-editor", status="draft").order_by("pk")
    own = iter(list(rows.values_list("pk", flat=True)[:1000]))
    drafts: list[str] = []
    turn = itertools.count()

    def begin() -> Any:
        answer = client.post(f"/newsroom/pieces/{next(own)}/edit")
        drafts.append(answer["Location"])  # a refusal has none: nothing could be measured then
        return answer

    def show() -> Any:
        return client.get(drafts[next(turn) % len(drafts)])

    def keep() -> Any:
        return client.post(f"{drafts[0]}/keep", _filled(client, drafts[0]))

    def save() -> Any:
        draft = drafts.pop()
        given = _filled(client, draft)
        return lambda: client.post(f"{draft}/save", given)

    return [
        Page("begin to edit", begin, 200), Page("edit form", show, 200),
        Page("keep while typing", keep, 200), Page("save", save, 200, is_prepared=True),
    ]  # fmt: skip


def _filled(client: Any, draft: str) -> dict[str, Any]:
    """Return what the form would post, with another title."""
    import lxml.html  # noqa: PLC0415

    page = lxml.html.fromstring(client.get(draft).content.decode())
    form = next(one for one in page.forms if one.xpath(".//*[@name='Title']"))
    given: dict[str, Any] = {}
    for name, value in form.form_values():
        given.setdefault(name, []).append(value)
    return {**given, "Title": f"关于示范工作的通知（{time.monotonic_ns()}）", "wish": "save"}


def _report(code: str, page: Page, options: argparse.Namespace) -> Line | None:
    """Print and return what a page takes; None where it is not for this person."""
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from bench.newsroom import database_time  # noqa: PLC0415

    ask = page.ask() if page.is_prepared else page.ask
    with CaptureQueriesContext(connection) as queries:
        answer = ask()
    asked = len(queries)
    if options.explain:
        _print_slow(queries.captured_queries)
    if answer.status_code not in (200, 302):
        print(f"{code + ' ' + page.name:58}{answer.status_code:>8}", flush=True)
        is_broken = answer.status_code >= 500 or page.limit == 200 or page.is_prepared
        return Line(f"{code} {page.name}", page.limit, 0, 0, 0, is_broken=True) if is_broken else None
    times: list[float] = []
    used, served = 0.0, 0.0
    while len(times) < options.rounds and sum(times) < 4000:
        ask = page.ask() if page.is_prepared else page.ask
        database = database_time()
        began, cpu = time.perf_counter(), time.process_time()
        ask()
        times.append(1000 * (time.perf_counter() - began))
        used += 1000 * (time.process_time() - cpu)
        served += 1000 * (database_time() - database)
    times.sort()
    p50, p95 = times[len(times) // 2], times[min(len(times) - 1, int(0.95 * len(times)))]
    mark = "  missed" if p95 > page.limit else ""
    cpu, database = used / len(times), served / len(times)
    line = f"{code + ' ' + page.name:58}{p50:8.0f}{p95:8.0f}{cpu:8.0f}{database:8.0f}{asked:9}{mark}"
    print(line, flush=True)
    return Line(f"{code} {page.name}", page.limit, p50, p95, cpu + database)


def _print_slow(queries: list[dict[str, str]]) -> None:
    for one in queries:
        if float(one["time"]) > 0.04:
            print(f"   {1000 * float(one['time']):.0f} ms  {re.sub(_MANY, '(…)', one['sql'])[:2500]}")


if __name__ == "__main__":
    main()
