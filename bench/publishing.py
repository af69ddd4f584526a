"""Pages published per second, the time of one edit and of one recall, and the responder beside nginx.

    python -m bench.publishing full   [--articles 100000] [--sites 10] [--processes 2] [--hugo]
    python -m bench.publishing edit   [--library 1000000] [--sites 200] [--edits 100]
    python -m bench.publishing recall [--articles 100000] [--sites 10] [--recalls 20]
    python -m bench.publishing serve  [--articles 2000] [--seconds 10]

`--keep FOLDER` keeps the seeded installation for the next run of the same size. Targets on 2 cores:
2,500 pages/s within 1 GB (PSS of all processes) and half of Hugo's; p99 of an edit ≤ 1 s; a recall
during a full publication ≤ 5 s; 0.4 of nginx.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("figure", choices=["full", "edit", "recall", "serve"])
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--library", type=int, default=20_000)
    parser.add_argument("--sites", type=int, default=10)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--edits", type=int, default=100)
    parser.add_argument("--recalls", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--hugo", action="store_true")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="rongshu-bench-"))
    os.environ.update(
        RONGSHU_DATA=str(folder), RONGSHU_DEMO="1", DJANGO_SETTINGS_MODULE="rongshu.project.settings"
    )
    import django  # noqa: PLC0415 - the environment first

    django.setup()
    try:
        FIGURES[options.figure](options)
    finally:
        _sweep_up(folder)
        if options.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


# Seeding


def seed(resources: int, sites: int, placed: Callable[[int], list[int]]) -> None:
    """Make an installation with effective articles; `placed(n)` names the sites article n stands on."""
    from django.core.management import call_command  # noqa: PLC0415

    from rongshu.sites.models import Site  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    if Site.objects.exists():
        return
    began = time.monotonic()
    from rongshu.publishing.tests.world import make_library  # noqa: PLC0415

    library = make_library()
    columns = [_site(number, library) for number in range(sites)]
    for start in range(0, resources, 2000):
        _write(range(start, min(resources, start + 2000)), library, columns, placed)
        if start % 100_000 == 0 and start:
            print(f"  … {start:,} resources", file=sys.stderr)
    _skip_events()
    print(
        f"seeded {resources:,} resources on {sites} sites in {time.monotonic() - began:.0f} s",
        file=sys.stderr,
    )


def _site(number: int, library: Any) -> list[Any]:
    """One site online with a navigation of 6 × 5 columns; articles stand in the 30 lower ones."""
    from rongshu.organizations.actions.create_organization import create_organization  # noqa: PLC0415
    from rongshu.organizations.credit_code import demonstration_credit_code  # noqa: PLC0415
    from rongshu.publishing.tests import world  # noqa: PLC0415

    unit = create_organization(
        actor=world.CLOCK, name=f"示范单位{number}",
        credit_code=demonstration_credit_code("990000", 100 + number),
        level="province", region=library.government.region, parent=library.government,
    )  # fmt: skip
    site = world._online(f"site-{number}", f"示范网站{number}", "department", unit, f"99{number:08d}")
    columns = []
    for top in range(6):
        parent = world._column(site, f"top-{top}", f"频道{top}", show_in_navigation=True, page_size=20)
        columns += [
            world._column(site, f"sub-{below}", f"栏目{top}{below}", parent=parent, page_size=20)
            for below in range(5)
        ]
    return columns


def _write(
    numbers: range, library: Any, columns: list[list[Any]], placed: Callable[[int], list[int]]
) -> None:
    from django.db import connection, transaction  # noqa: PLC0415

    from rongshu.library.models import (  # noqa: PLC0415
        Approval,
        ApprovalBatch,
        ApprovalSignature,
        Resource,
        ResourceVersion,
    )
    from rongshu.sites.models import Placement  # noqa: PLC0415

    with transaction.atomic():
        batch = ApprovalBatch.objects.create(kind="bench", source="bench", created_by=library.operator)
        approval = Approval.objects.create(
            batch=batch, manifest_digest=f"sha256:{batch.id.hex}", outcome="approved", decided_at=_NOW
        )
        ApprovalSignature.objects.create(approval=approval, person=library.operator)
        resources = [_resource(number, library) for number in numbers]
        Resource.objects.bulk_create(resources)
        versions = [
            _version(number, one, library, batch) for number, one in zip(numbers, resources, strict=True)
        ]
        ResourceVersion.objects.bulk_create(versions)
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE rongshu_library_resource SET status = 'effective', working_version_id = %s,"
                " effective_version_id = %s, effective_approval_id = %s WHERE id = %s",
                [(v.id.hex, v.id.hex, approval.id.hex, v.resource_id.hex) for v in versions],
            )
        placements = []
        for number, resource in zip(numbers, resources, strict=True):
            for place, site in enumerate(placed(number)):
                column = columns[site][number % len(columns[site])]
                placements.append(
                    Placement(
                        resource=resource, site_id=column.site_id, column=column, state="showing",
                        published_at=resource.published_at, approval=approval, is_canonical=place == 0,
                    )
                )  # fmt: skip
        Placement.objects.bulk_create(placements)


def _resource(number: int, library: Any) -> Any:
    from datetime import timedelta  # noqa: PLC0415

    from rongshu.foundation.identifiers import short_id  # noqa: PLC0415
    from rongshu.library.models import Resource, ResourceType  # noqa: PLC0415
    from rongshu.publishing.tests.world import FIRST_DAY  # noqa: PLC0415

    if not _TYPES:
        _TYPES["article"] = ResourceType.objects.get(code="article")
    at = FIRST_DAY + timedelta(minutes=3 * number)
    resource = Resource(
        type=_TYPES["article"], owner=library.education, origin_node=_NODE, published_at=at, modified_at=at
    )
    resource.address = f"{at:%Y/%m}/{short_id(resource.id)}"
    return resource


def _version(number: int, resource: Any, library: Any, batch: Any) -> Any:
    from rongshu.library.models import ResourceVersion  # noqa: PLC0415

    return ResourceVersion(
        resource=resource, number=1, digest=f"sha256:{resource.id.hex:0>64}",
        title=f"关于做好第{number}批示范工作的通知",
        description=f"部署第{number}批示范工作，明确责任分工和时间安排。", body=_body(number),
        content_source="示范省教育厅", publisher=library.education, theme_code="11", form="text",
        open_type="proactive", share_type="unconditional", source_app_id="migration", batch=batch,
        became_effective_at=_NOW,
    )  # fmt: skip


def _body(number: int) -> str:
    chance = random.Random(number)
    words = (
        "加强领导",
        "落实责任",
        "完善制度",
        "强化监督",
        "优化服务",
        "统筹推进",
        "督促检查",
        "公开透明",
        "群众满意",
    )
    paragraphs = ("，".join(chance.choice(words) for _ in range(9)) + "。" for _ in range(6))
    return "".join(f"<p>{text}</p>" for text in paragraphs)


def _skip_events() -> None:
    """Begin as if everything before had been followed: the bench asks for what it measures."""
    from rongshu.foundation.models import Work  # noqa: PLC0415
    from rongshu.publishing.actions.publish_pending import follow_events  # noqa: PLC0415

    follow_events()
    Work.objects.all().delete()


# Figures


def measure_full(options: argparse.Namespace) -> None:
    """A full publication of all sites."""
    seed(options.articles, options.sites, lambda number: [number % options.sites])
    from rongshu.publishing.actions.publish_pending import publish_pending  # noqa: PLC0415
    from rongshu.sites.models import Site  # noqa: PLC0415

    _clear()
    memory, before = Memory(), sum(os.times()[:4])
    sites = list(Site.objects.values_list("id", flat=True))
    began = time.monotonic()
    with memory, _profiled(options.profile):
        outcome = publish_pending(sites=sites, full=True, processes=options.processes)
    spent = time.monotonic() - began
    rate, used = outcome.made / spent, sum(os.times()[:4])
    print(
        f"full publication: {outcome.made:,} pages in {spent:.1f} s = {rate:,.0f} pages/s,"
        f" {outcome.made / (used - before):,.0f} per CPU second, PSS {memory.peak:.0f} MB"
    )
    if options.hugo:
        measure_hugo(options, rate)


def measure_hugo(options: argparse.Namespace, ours: float) -> None:
    """Hugo with a template of the same size and navigation, from the same texts."""
    root = Path(tempfile.mkdtemp(prefix="rongshu-hugo-"))
    try:
        _write_hugo(root, options.articles)
        began = time.monotonic()
        hugo = Path(sys.executable).with_name("hugo")
        done = subprocess.run([hugo, "--source", root], capture_output=True, text=True, check=False)
        spent = time.monotonic() - began
        if done.returncode:
            print(done.stdout[-1500:], done.stderr[-1500:])
            return
        pages = sum(1 for _ in (root / "public").rglob("*.html"))
        theirs = pages / spent
        print(f"hugo: {pages:,} pages in {spent:.1f} s = {theirs:,.0f} pages/s; we: {ours / theirs:.2f} ×")
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _write_hugo(root: Path, articles: int) -> None:
    from django.conf import settings  # noqa: PLC0415

    page = next(Path(settings.PUBLISHED_FOLDER).glob("*/a/**/*.html")).read_text()
    # Our own page as the template: the same bytes around title and body.
    before, _, rest = page.partition("<p>")
    template = before.replace("{{", "") + "{{ .Content }}" + rest.rpartition("</p>")[2].replace("{{", "")
    (root / "layouts/_default").mkdir(parents=True)
    (root / "layouts/_default/single.html").write_text(template)
    (root / "layouts/_default/list.html").write_text(
        before + "{{ range first 20 .Pages }}<li><a href='{{ .RelPermalink }}'>{{ .Title }}</a></li>{{ end }}"
    )
    (root / "hugo.toml").write_text(
        'baseURL = "https://x.localhost/"\ntitle = "x"\nsecurity.allowContent = [".*"]\n'
    )
    for number in range(articles):
        file = root / f"content/c{number % 300}/a{number}.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(
            f'---\ntitle: "关于做好第{number}批示范工作的通知"\ndate: 2021-03-05\n---\n{_body(number)}'
        )


def measure_edit(options: argparse.Namespace) -> None:
    """Edits of resources placed on five sites, in a library of which only those are published."""
    chance, five = random.Random(1), [0, 1, 2, 3, 4]
    tested = 2000

    def placed(number: int) -> list[int]:
        if number < tested:
            return five
        return [5 + number % (options.sites - 5)] if options.sites > 5 else []

    seed(options.library, options.sites, placed)
    from django.db import connection  # noqa: PLC0415

    from rongshu.foundation.models import EventStream  # noqa: PLC0415
    from rongshu.library.models import Resource, ResourceVersion  # noqa: PLC0415
    from rongshu.publishing.actions.publish_pending import follow_events, publish_pending  # noqa: PLC0415
    from rongshu.publishing.duties import publish_once  # noqa: PLC0415 - as the worker does
    from rongshu.publishing.tests.world import World  # noqa: PLC0415, F401
    from rongshu.sites.models import Site  # noqa: PLC0415

    EventStream.objects.get_or_create(pk=1)
    sites = list(Site.objects.filter(slug__in=[f"site-{one}" for one in five]).values_list("id", flat=True))
    publish_pending(sites=sites, full=True, processes=options.processes)
    times: list[float] = []
    used: list[float] = []
    statements = 0

    def count(execute: Any, *call: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(*call)

    first = list(Resource.objects.filter(placements__site_id=sites[0]).order_by("address")[:tested])
    with _profiled(options.profile):
        for _ in range(options.edits):
            resource = chance.choice(first)
            _revise(resource, ResourceVersion)
            spent, began = sum(os.times()[:4]), time.monotonic()
            with connection.execute_wrapper(count):
                while follow_events():
                    publish_once()
            times.append(time.monotonic() - began)
            used.append(sum(os.times()[:4]) - spent)
    print(
        f"CPU per edit: {1000 * sum(used) / options.edits:.0f} ms,"
        f" {statements / options.edits:.0f} statements"
    )
    _quantiles(f"edit in {options.library:,} resources, 5 of {options.sites} sites", times)


def _revise(resource: Any, versions: Any) -> None:
    """Make a new version effective as the library does: version, approval, event in one transaction."""
    from django.db import transaction  # noqa: PLC0415

    from rongshu.accounts.models import Person  # noqa: PLC0415
    from rongshu.foundation.events import announce  # noqa: PLC0415
    from rongshu.library.events import ResourceBecameEffective  # noqa: PLC0415
    from rongshu.library.models import Approval, ApprovalSignature, Resource  # noqa: PLC0415

    with transaction.atomic():
        version = versions.objects.filter(resource=resource).order_by("-number").first()
        version.pk, version.number, version.title = None, version.number + 1, f"{version.title[:40]}改"
        version.id = __import__("uuid").uuid4()
        version.digest = f"sha256:{version.id.hex:0>64}"
        version.save(force_insert=True)
        approval = Approval.objects.create(version_digest=version.digest, outcome="approved", decided_at=_NOW)
        ApprovalSignature.objects.create(approval=approval, person=Person.objects.all()[0])
        Resource.objects.filter(pk=resource.pk).update(effective_version=version, effective_approval=approval)
        announce(
            ResourceBecameEffective(
                resource_id=resource.pk, version_id=version.pk, is_first=False, type_code="article"
            )
        )


def measure_recall(options: argparse.Namespace) -> None:
    """Recalls while everything is being published."""
    seed(options.articles, options.sites, lambda number: [number % options.sites])
    _clear()
    from django.db import connection  # noqa: PLC0415

    from rongshu.publishing.actions.publish_pending import publish_pending  # noqa: PLC0415
    from rongshu.sites.models import Site  # noqa: PLC0415

    sites = list(Site.objects.values_list("id", flat=True))
    publish_pending(sites=sites, full=True, processes=options.processes)
    from rongshu.foundation import work  # noqa: PLC0415
    from rongshu.publishing.planning import full_publication  # noqa: PLC0415

    work.enqueue(full_publication(sites))
    connection.close()
    command = [sys.executable, "-c", _PUBLISHER.format(processes=options.processes)]
    publisher = subprocess.Popen(command, env=os.environ.copy())
    time.sleep(3)
    times = [_recall(number) for number in range(options.recalls) if publisher.poll() is None]
    publisher.wait()
    _quantiles(f"recall during a full publication of {options.articles:,} articles", times)


_PUBLISHER = """
import django; django.setup()
import threading
from rongshu.foundation.worker import run_worker
from rongshu.publishing import duties, publisher
from rongshu.foundation import work
stop = threading.Event()
threading.Thread(target=run_worker, args=(stop,)).start()
import time
while any(work.pending("publishing").values()) or publisher.unsettled_sites(): time.sleep(0.5)
stop.set()
"""


def _recall(number: int) -> float:
    from django.conf import settings  # noqa: PLC0415
    from django.db import transaction  # noqa: PLC0415

    from rongshu.foundation.events import announce  # noqa: PLC0415
    from rongshu.library.events import ResourceWithdrawn  # noqa: PLC0415
    from rongshu.library.models import Resource  # noqa: PLC0415

    resource = Resource.objects.filter(status="effective").order_by("-address")[number * 7]
    page = (
        Path(settings.PUBLISHED_FOLDER) / resource.placements.get().site.slug / f"a/{resource.address}.html"
    )
    began = time.monotonic()
    with transaction.atomic():
        Resource.objects.filter(pk=resource.pk).update(
            status="withdrawn", effective_version=None, effective_approval=None
        )
        announce(ResourceWithdrawn(resource_id=resource.pk))
    while page.exists() and time.monotonic() - began < 30:
        time.sleep(0.01)
    return time.monotonic() - began


def measure_serve(options: argparse.Namespace) -> None:
    """The responder's answers per second beside nginx on the same tree (both with two workers)."""
    seed(options.articles, options.sites, lambda number: [number % options.sites])
    from rongshu.publishing.actions.publish_pending import publish_pending  # noqa: PLC0415
    from rongshu.sites.models import Site  # noqa: PLC0415

    sites = list(Site.objects.values_list("id", flat=True))
    publish_pending(sites=sites, full=True, processes=options.processes)
    from bench.serving import compare  # noqa: PLC0415

    compare(options.seconds)


def _clear() -> None:
    from django.conf import settings  # noqa: PLC0415

    from rongshu.foundation.models import Work  # noqa: PLC0415
    from rongshu.publishing.models import ForeignRead, SiteManifest  # noqa: PLC0415

    # Put aside, not deleted: for five seconds ext4 avoids the inodes of deleted files, one by one, and a
    # hundred thousand of them make every new file ten times as dear.
    for folder in map(Path, (settings.PUBLISHED_FOLDER, settings.MANIFEST_FOLDER)):
        if folder.exists():
            folder.rename(folder.with_name(f"{folder.name}-{time.monotonic_ns()}{_ASIDE}"))
    for model in (Work, ForeignRead, SiteManifest):
        model.objects.all().delete()


def _sweep_up(folder: Path) -> None:
    for aside in folder.glob(f"*{_ASIDE}"):
        shutil.rmtree(aside, ignore_errors=True)


class Memory:
    """The peak of the proportional set size of this process and its children, in MB."""

    def __init__(self) -> None:
        self.peak, self._stop = 0.0, threading.Event()

    def __enter__(self) -> Memory:
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        import psutil  # noqa: PLC0415

        while not self._stop.wait(0.5):
            mine = psutil.Process()
            self.peak = max(self.peak, sum(_pss(one.pid) for one in [mine, *mine.children(recursive=True)]))


def _pss(pid: int) -> float:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024


def _profiled(is_wanted: bool) -> Any:
    import contextlib  # noqa: PLC0415
    import cProfile  # noqa: PLC0415
    import pstats  # noqa: PLC0415

    @contextlib.contextmanager
    def profile() -> Iterator[None]:
        profiler = cProfile.Profile()
        profiler.enable()
        yield
        profiler.disable()
        pstats.Stats(profiler).sort_stats("tottime").print_stats(35)
        pstats.Stats(profiler).sort_stats("cumtime").print_stats(60)

    return profile() if is_wanted else contextlib.nullcontext()


def _quantiles(what: str, times: list[float]) -> None:
    ordered = sorted(times)
    if not ordered:
        print(f"{what}: nothing measured")
        return
    marks = ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], ordered[-1]
    p50, p99, worst = (f"{1000 * one:.0f} ms" for one in marks)
    print(f"{what}: p50 {p50}, p99 {p99}, worst {worst} ({len(ordered)})")


_ASIDE = ".aside"
_TYPES: dict[str, Any] = {}
_NODE = __import__("uuid").UUID(int=1)
_NOW = __import__("datetime").datetime.now(__import__("datetime").UTC)
FIGURES: dict[str, Callable[[argparse.Namespace], None]] = {
    "full": measure_full, "edit": measure_edit, "recall": measure_recall, "serve": measure_serve,
}  # fmt: skip

if __name__ == "__main__":
    main()
