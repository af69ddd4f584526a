"""The publisher: takes a site's lease, turns its work into pages and gives it back when all is done.

Small batches in the order of urgency: between two of them it looks for anything more urgent, on
this site and on others, so that a recall waits for one batch at most.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Collection, Sequence
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from rongshu.foundation import clock, work
from rongshu.foundation.leases import LeaseHeld, acquire
from rongshu.foundation.prepared import Prepared
from rongshu.publishing import burden, expanding
from rongshu.publishing.burden import lease_name
from rongshu.publishing.companions import Companions
from rongshu.publishing.crew import Crew, Job
from rongshu.publishing.edition import edition
from rongshu.publishing.keys import kind_of
from rongshu.publishing.manifest import UNKNOWN, Manifest, Todo
from rongshu.publishing.models import SiteManifest
from rongshu.publishing.planning import FRAMES, FULL, INSPECT, QUEUE, request
from rongshu.publishing.products import ABSENT, Failed, Staged
from rongshu.publishing.staging import Order, Workshop
from rongshu.publishing.writing import SiteTree, manifest_file
from rongshu.sites.models import Site

log = structlog.get_logger("rongshu.publishing")

_BATCH: Final = 200
_STEPS_AT_ONCE: Final = 2000
_WORKS_AT_ONCE: Final = 2000
_LOOK_AROUND_EVERY: Final = 0.25
_CREW_FROM: Final = 600  # pages; below, starting processes costs more than it saves
_AFTER_EDITS: Final = work.EDIT + 1
_RECALL: Final = 10  # priorities below go before everything


_SLUG: Final = Prepared(lambda site_id: Site.objects.filter(pk=site_id).values_list("slug"))


class SitePublisher:
    """One site in the hands of one publisher, from taking the lease to giving it back."""

    def __init__(self, site_id: UUID, workshop: Workshop) -> None:
        self.lease = acquire(lease_name(site_id), "publisher", seconds=60)
        try:
            self._open(site_id, workshop)
        except BaseException:
            self.lease.release()
            raise

    def _open(self, site_id: UUID, workshop: Workshop) -> None:
        self.site_id, self.workshop = site_id, workshop
        workshop.contexts.expire(site_id)
        self.slug = str(_SLUG.rows(site_id)[0][0])
        self.row, _ = SiteManifest.objects.get_or_create(site_id=site_id, defaults={"is_settled": False})
        self.manifest = Manifest(manifest_file(site_id))
        self.token = f"{self.lease.token}"
        self.tree = SiteTree(self.slug, self.manifest, self.token)
        self.under_way = 0
        self.made = 0
        doubtful = self.tree.recover()
        with self.manifest.change():
            if doubtful:
                self.manifest.ask_for(expanding.at(doubtful, work.EDIT))
            self._meet_stranger()

    def _meet_stranger(self) -> None:
        """A manifest that is new, or not the one the database remembers, is made anew in full."""
        self.is_foreign = False
        is_new = self.manifest.fact("site") != str(self.site_id)
        if self.row.is_settled and self.row.root and self.row.root != self.manifest.root():
            self.is_foreign = True
            log.warning(
                "manifest-foreign", site=self.slug, advice="发布清单与数据库记录不符，重新生成整个站点"
            )
            self.manifest.distrust_all()
        if is_new or self.is_foreign:
            self.manifest.set_fact("site", str(self.site_id))
            self.manifest.ask_for([(FULL, work.LISTS)])
            self._unsettle()

    def take_work(self) -> int:
        """Move what the planner asked for into the site's own work; return how many requests."""
        works = work.take(QUEUE, str(self.site_id), _WORKS_AT_ONCE)
        if not works:
            return 0
        self._unsettle()
        self.workshop.contexts.expire(self.site_id)
        with self.manifest.change():
            for one in works:
                what = one.key.partition(":")[2]
                if not what.startswith(INSPECT):
                    self.manifest.ask_for(expanding.opening(what, one.priority))
        for one in works:
            if one.key.partition(":")[2].startswith(INSPECT):
                log.warning(
                    "tree-differs", site=self.slug, path=one.payload["path"], what=one.payload["what"]
                )
                self.inspect(str(one.payload["path"]))
        work.finish(works)
        return len(works)

    def inspect(self, path: str) -> None:
        """Look at a path as the holder of the lease; restore it or have its page made anew."""
        key = self.tree.restore(path)
        if key is not None:
            with self.manifest.change():
                self.manifest.ask_for(expanding.at([key], work.EDIT))

    def is_manifest_genuine(self) -> bool:
        """Whether the manifest, read in full, is the one the database remembers; else all is made anew."""
        if self.is_foreign:
            return False
        with self.manifest.change():
            self.manifest.soil_all()
            root = self.manifest.root()
            if not self.row.is_settled or root == self.row.root:
                return True
            self.manifest.distrust_all()
            self.manifest.ask_for([(FULL, work.LISTS)])
        self._unsettle()
        return False

    def finish(self) -> None:
        """Make everything that is asked for on this site."""
        self.take_work()
        while self.most_urgent() is not None:
            batch = self.next_batch()
            if batch:
                self.make(batch)
            self.take_work()

    def most_urgent(self) -> int | None:
        """The priority of what comes next here."""
        return self.manifest.most_urgent()

    def next_batch(self) -> list[Todo]:
        """Take the next pages; steps of planning among them are carried out at once."""
        with self.manifest.change():
            batch = self.manifest.take(_BATCH)
            steps = [one for one in batch if kind_of(one.key) in expanding.STEPS]
            if steps:
                for kind in (expanding.RELIST, expanding.REREAD):
                    steps += self.manifest.take_steps(kind, steps[0].priority, _STEPS_AT_ONCE)
                expanding.expand(self.workshop.contexts.current(self.site_id), self.manifest, steps)
        return [one for one in batch if kind_of(one.key) not in expanding.STEPS]

    def orders(self, batch: list[Todo]) -> list[Order]:
        """What a workshop needs to know of each page."""
        known = self.manifest.known_of(one.key for one in batch)
        return [Order(one.key, one.serial, *known.get(one.key, UNKNOWN)[1:]) for one in batch]

    def make(self, batch: list[Todo]) -> None:
        """Make a batch here and now."""
        results = self.workshop.work(self.site_id, self.manifest, self.tree.stager, self.orders(batch))
        self.bring_in(results)

    def bring_in(self, results: list[Staged | Failed]) -> None:
        """Put made pages into the tree, unless the lease was lost meanwhile."""
        self.lease.renew()
        self.lease.check()
        failed = [one for one in results if isinstance(one, Failed)]
        staged = [one for one in results if isinstance(one, Staged)]
        lost = self.tree.without_files(staged)
        if lost:
            failed += lost
            staged = [one for one in staged if one.key not in {failure.key for failure in lost}]
        self.tree.apply(staged, self._ask_for_what_follows)
        self.made += len(staged)
        for failure in failed:
            log.error("page-failed", site=self.slug, page=failure.key, error=failure.error)
        if failed:
            with self.manifest.change():
                self.manifest.postpone(failed)

    def _ask_for_what_follows(self, staged: Sequence[Staged]) -> None:
        """Pages that come, go or turn out otherwise change others: site maps, the cuts of lists."""
        known = self.manifest.known_of(one.key for one in staged)
        paths = [(one.key, known.get(one.key, UNKNOWN).path or ABSENT, one.path) for one in staged]
        moves = [(key, before, now) for key, before, now in paths if before != now]
        if moves:
            priority = self.manifest.priority_of(moves[0][0])
            self.manifest.ask_for(expanding.at(expanding.maps_beside(moves), priority))
        moved = [
            one.key for one in staged if one.members and not self.manifest.is_cut_as(one.key, one.members)
        ]
        if moved:
            context = self.workshop.contexts.current(self.site_id)
            expanding.recut_again(context, self.manifest, moved, work.EDIT)

    def leave(self) -> None:
        """Settle what is settled, close the manifest, give the lease back."""
        try:
            self._settle()
        finally:
            self.tree.leave()
            self.manifest.close()
            self.lease.release()

    def abandon(self) -> None:
        """Close everything and settle nothing."""
        self.manifest.close()
        self.lease.release()

    def _unsettle(self) -> None:
        if self.row.is_settled or self.row.retry_at:
            SiteManifest.objects.filter(pk=self.site_id).update(
                is_settled=False, retry_at=None, token=self.lease.token
            )
            self.row.is_settled, self.row.retry_at = False, None

    def _settle(self) -> None:
        left, failing = self.manifest.count_todo(), self.manifest.failing()
        with self.manifest.change():
            root = self.manifest.root()
        if self.row.is_settled and root == self.row.root:
            return
        pages, size = self.manifest.totals()
        with transaction.atomic():
            self.lease.check()
            SiteManifest.objects.filter(pk=self.site_id).update(
                root=root,
                edition=edition() if left == 0 else self.row.edition,
                page_count=pages,
                byte_count=size,
                token=self.lease.token,
                is_settled=left == 0,
                failing_pages=len(failing),
                last_error=failing[0][1] if failing else "",
                retry_at=self.manifest.next_attempt() if left else None,
                settled_at=timezone.now(),
            )


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a run did. `busy`: sites another publisher holds; `failing`: pages that failed."""

    made: int
    busy: frozenset[UUID] = frozenset()
    failing: int = 0


Progress = Callable[[str, int, int], None]


class Publisher:
    """Publishes whatever is asked for, the most urgent first, until nothing is left that it may take."""

    _is_edition_asked_for = False

    def __init__(
        self,
        *,
        processes: int = 0,
        progress: Progress | None = None,
        workshop: Workshop | None = None,
        is_companion: bool = False,
    ) -> None:
        self.workshop = workshop or Workshop()
        self.processes, self.progress, self.is_companion = processes, progress, is_companion
        self.busy: set[UUID] = set()
        self.made = 0
        self._crew: Crew | None = None
        self._companions: Companions | None = None
        self._open: dict[UUID, SitePublisher] = {}
        self._looked_at = self._weighed_at = 0.0

    def ask_for_new_edition(self) -> None:
        """After an upgrade, have every site compare what it was made with; once per process."""
        if not Publisher._is_edition_asked_for:
            Publisher._is_edition_asked_for = True
            work.enqueue(request(site_id, FRAMES, work.FULL_PUBLICATION) for site_id in outdated_sites())

    def run(self, sites: Collection[UUID] | None = None) -> Outcome:
        """Publish everything asked for on these sites (all when None)."""
        if not self.is_companion:
            self.ask_for_new_edition()
        try:
            self._publish(sites)
            while self._open:
                self._leave(next(iter(self._open)))
        finally:
            for publisher in self._open.values():
                publisher.abandon()
            if self._crew is not None:
                self._crew.dismiss()
            if self._companions is not None:
                self._companions.dismiss()
        failing = SiteManifest.objects.filter(failing_pages__gt=0)
        failing = failing.filter(pk__in=sites) if sites is not None else failing
        return Outcome(self.made, frozenset(self.busy), sum(failing.values_list("failing_pages", flat=True)))

    def _publish(self, sites: Collection[UUID] | None) -> None:
        while True:
            self._seek_companions(sites)
            site_id = self._next_site(sites)
            if site_id is not None:
                self._serve(site_id, sites)
            elif self._companions is None:
                return
            else:
                self._wait_for_companions(self._companions)

    def _seek_companions(self, sites: Collection[UUID] | None) -> None:
        """Where several sites have much to do, let further processes take some of them."""
        if self.is_companion or self.processes <= 1 or self._companions is not None:
            return
        if time.monotonic() - self._weighed_at < _LOOK_AROUND_EVERY:
            return
        self._weighed_at = time.monotonic()
        loads = burden.loads(sites)
        if len(loads) > 1 and sum(loads.values()) >= 2 * _CREW_FROM:
            self._companions = Companions(min(self.processes, len(loads)) - 1, sites)

    def _wait_for_companions(self, companions: Companions) -> None:
        """Look again for sites they gave back; when none of them is left, for the last time."""
        companions.leave_to_the_last(self.processes)
        self._tell_of_companions(_LOOK_AROUND_EVERY)
        self.busy.clear()
        if not companions.is_any_left:
            self.made += companions.made
            self._companions = None

    def _tell_of_companions(self, seconds: float = 0) -> None:
        if self._companions is not None:
            for news in self._companions.news(seconds):
                if self.progress is not None:
                    self.progress(*news)

    def _serve(self, site_id: UUID, sites: Collection[UUID] | None) -> None:
        """Work on one site until it is done or something more urgent waits elsewhere."""
        publisher = self._publisher_of(site_id)
        if publisher is None:
            return
        while True:
            publisher.take_work()
            urgency = publisher.most_urgent()
            if urgency is None and publisher.under_way == 0:
                self._leave(site_id)
                return
            is_recall = urgency is not None and urgency < _RECALL
            if not is_recall and self._is_more_urgent_elsewhere(site_id, sites, urgency):
                self._finish_crew_work(publisher)
                return
            self._advance(publisher, urgency)
            if self.progress is not None:
                self.progress(publisher.slug, publisher.made, publisher.manifest.count_todo())
            self._tell_of_companions()

    def _advance(self, publisher: SitePublisher, urgency: int | None) -> None:
        """Make the next batch: recalls here and at once, much work in several processes."""
        if urgency is not None and urgency < _RECALL:
            self._make_here(publisher)
            return
        crew = self._crew_for(publisher)
        if crew is None:
            self._make_here(publisher)
            return
        if urgency is not None and not crew.is_full:
            self._hand_out(crew, publisher)
        if crew.is_full or urgency is None:
            self._collect(crew, publisher)

    def _make_here(self, publisher: SitePublisher) -> None:
        batch = publisher.next_batch()
        if batch:
            publisher.make(batch)

    def _hand_out(self, crew: Crew, publisher: SitePublisher) -> None:
        batch = publisher.next_batch()
        if batch:
            orders = publisher.orders(batch)
            file = str(manifest_file(publisher.site_id))
            crew.give(Job(publisher.site_id, publisher.slug, publisher.token, file, orders))
            publisher.under_way += 1

    def _collect(self, crew: Crew, publisher: SitePublisher) -> None:
        for _, results in crew.results(_LOOK_AROUND_EVERY):
            publisher.under_way -= 1
            publisher.bring_in(results)
        publisher.lease.renew()

    def _finish_crew_work(self, publisher: SitePublisher) -> None:
        while self._crew is not None and publisher.under_way:
            self._collect(self._crew, publisher)

    def _crew_for(self, publisher: SitePublisher) -> Crew | None:
        is_for_all = self._companions is not None and self._companions.is_any_left
        is_wanted = self._crew is None and self.processes > 0 and not is_for_all
        if is_wanted and publisher.manifest.count_todo() >= _CREW_FROM:
            self._crew = Crew(self.processes)
        return self._crew if publisher.under_way or self._is_much(publisher) else None

    def _is_much(self, publisher: SitePublisher) -> bool:
        return self._crew is not None and publisher.manifest.count_todo() > _BATCH

    def _publisher_of(self, site_id: UUID) -> SitePublisher | None:
        if site_id not in self._open:
            try:
                self._open[site_id] = SitePublisher(site_id, self.workshop)
            except LeaseHeld:
                self.busy.add(site_id)
                return None
        return self._open[site_id]

    def _leave(self, site_id: UUID) -> None:
        publisher = self._open.pop(site_id)
        self.made += publisher.made
        publisher.leave()

    def _next_site(self, sites: Collection[UUID] | None) -> UUID | None:
        """The site with the most urgent work, of those nobody else holds."""
        found = [one for one in (self._asked_for(sites, self.busy), self._at_hand()) if one is not None]
        if not found:
            found = [
                (work.LISTS, site_id)
                for site_id in unsettled_sites()
                if site_id not in self.busy and site_id not in self._open
                if sites is None or site_id in sites
            ][:1]
        return min(found)[1] if found else None

    def _asked_for(self, sites: Collection[UUID] | None, but: Collection[UUID]) -> tuple[int, UUID] | None:
        """The most urgent request of the planner: its priority and its site."""
        if sites is None:
            found = work.most_urgent(QUEUE, {str(one) for one in but})
            return (found[0], UUID(found[1])) if found else None
        candidates = [one for one in sites if one not in but]
        first = [(rows[0].priority, one) for one in candidates if (rows := work.take(QUEUE, str(one), 1))]
        return min(first, default=None)

    def _at_hand(self) -> tuple[int, UUID] | None:
        """The most urgent page of the sites this publisher holds."""
        urgencies = ((publisher.most_urgent(), site_id) for site_id, publisher in self._open.items())
        return min(((one, site_id) for one, site_id in urgencies if one is not None), default=None)

    def _is_more_urgent_elsewhere(
        self, site_id: UUID, sites: Collection[UUID] | None, urgency: int | None
    ) -> bool:
        """Whether a recall waits on another site, or, while this one is published in full, an edit."""
        if time.monotonic() - self._looked_at < _LOOK_AROUND_EVERY:
            return False
        self._looked_at = time.monotonic()
        for publisher in self._open.values():
            publisher.lease.renew()
        other = self._asked_for(sites, {*self.busy, site_id})
        is_slow = urgency is None or urgency >= work.FULL_PUBLICATION
        return other is not None and other[0] < (_AFTER_EDITS if is_slow else _RECALL)


def outdated_sites() -> list[UUID]:
    """Sites whose pages were made by another edition of templates and code."""
    rows = SiteManifest.objects.exclude(edition="").exclude(edition=edition())
    return list(rows.order_by("pk").values_list("pk", flat=True))


def unsettled_sites() -> list[UUID]:
    """Sites whose publication was interrupted, or whose failed pages may be tried again."""
    rows = SiteManifest.objects.filter(
        Q(retry_at__isnull=True) | Q(retry_at__lte=clock.now()), is_settled=False
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))
