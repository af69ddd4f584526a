"""A site's life: what it needs to go online, how long it may be away, how it closes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from rongshu.foundation import clock, worker
from rongshu.foundation.due import carry_out_due
from rongshu.foundation.errors import NotAllowed
from rongshu.foundation.models import AuditRecord, DueItem, Event, Work
from rongshu.sites import archiving
from rongshu.sites.actions.approve_placement import approve_placement
from rongshu.sites.actions.change_status import approve_opening, bring_online, open_site, take_offline
from rongshu.sites.actions.close_site import announce_closing, close_site, revoke_closing
from rongshu.sites.actions.create_site import change_site, create_site
from rongshu.sites.actions.place_many import place_many
from rongshu.sites.actions.place_resource import place_resource
from rongshu.sites.clockwork import close_announced_sites
from rongshu.sites.errors import (
    ArchiveImpossible,
    ClosingNotAnnounced,
    ClosingTooSoon,
    DomainNotAllowed,
    OfflineTooLong,
    OfflineTooOften,
    SiteIncomplete,
    SiteMalformed,
    SiteTakesNothing,
    SlugTaken,
    StatusForbids,
    UnitHasSite,
)
from rongshu.sites.models import Placement, Site, SiteStatusChange
from rongshu.sites.site_elements import NEEDED_ONLINE
from rongshu.sites.tests.conftest import CLOCK, REGISTERED, City

DAY = timedelta(days=1)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Let a test say how long after the beginning it is."""
    began = timezone.now()

    def travel(later: timedelta) -> None:
        monkeypatch.setattr(timezone, "now", lambda: began + later)

    travel(timedelta())
    return travel


@pytest.fixture
def archiver() -> Iterator[list[str]]:
    """Register an archiver that notes what it archived."""
    archived: list[str] = []

    def archive(site: Site) -> str:
        archived.append(site.slug)
        return f"archive/{site.slug}.warc.gz"

    before = archiving._archivers[:]
    archiving.register_archiver(archive)
    yield archived
    archiving._archivers[:] = before


def online(city: City, site: Site | None = None, **elements: Any) -> Site:
    """Return a site that is online."""
    site = site or city.portal
    change_site(actor=city.operator, site=site, **{**REGISTERED, **elements})
    approve_opening(actor=city.operator, site=site)
    return open_site(actor=city.operator, site=site)


def state(site: Site) -> tuple[object, ...]:
    """Return all that a refused deed must leave alone."""
    site.refresh_from_db()
    rows = (SiteStatusChange, AuditRecord, Event, DueItem)
    return (site.status, site.status_changed_at, *(model._default_manager.count() for model in rows))


@pytest.mark.requirement("P1-03")
@pytest.mark.parametrize("missing", sorted(NEEDED_ONLINE))
def test_a_site_does_not_open_without_each_registration(city: City, missing: str) -> None:
    elements = {name: value for name, value in REGISTERED.items() if name != missing}
    change_site(actor=city.operator, site=city.portal, **elements)
    Site.objects.filter(pk=city.portal.pk).update(status="approved")
    before = state(city.portal)
    with pytest.raises(SiteIncomplete) as refused:
        open_site(actor=city.operator, site=city.portal)
    assert refused.value.fields == {missing: NEEDED_ONLINE[missing]}
    assert NEEDED_ONLINE[missing] in refused.value.message
    assert state(city.portal) == before


@pytest.mark.requirement("P1-03")
def test_everything_missing_is_named_at_once_and_opening_works_when_filled(city: City) -> None:
    Site.objects.filter(pk=city.portal.pk).update(status="approved")
    with pytest.raises(SiteIncomplete) as refused:
        open_site(actor=city.operator, site=city.portal)
    for label in (
        "网站标识码",
        "ICP备案编号",
        "公安备案编号",
        "党政机关网站标识",
        "开办批准文件",
        "上线前安全检测",
    ):
        assert label in refused.value.message
    change_site(actor=city.operator, site=city.portal, **REGISTERED)
    site = open_site(actor=city.operator, site=city.portal)
    assert site.status == "online"
    assert site.opened_on == clock.today()


@pytest.mark.requirement("P1-03")
def test_what_is_online_cannot_lose_a_registration(city: City) -> None:
    site = online(city)
    before = state(site)
    with pytest.raises(SiteMalformed, match="ICP备案编号"):
        change_site(actor=city.operator, site=site, icp_number="")
    assert state(site) == before


def test_steps_are_not_skipped(city: City) -> None:
    change_site(actor=city.operator, site=city.portal, **REGISTERED)
    before = state(city.portal)
    with pytest.raises(StatusForbids, match="筹建"):
        open_site(actor=city.operator, site=city.portal)
    with pytest.raises(StatusForbids):
        bring_online(actor=city.operator, site=city.portal)
    assert state(city.portal) == before


def test_an_editor_opens_nothing_of_another_unit(city: City) -> None:
    change_site(actor=city.operator, site=city.department, **REGISTERED)
    before = state(city.department)
    with pytest.raises(NotAllowed):
        approve_opening(actor=city.portal_editor, site=city.department)
    assert state(city.department) == before


@pytest.mark.requirement("P5-10")
def test_a_site_is_offline_with_reason_and_notice_and_comes_back_by_itself(
    city: City, at: Callable[[timedelta], None]
) -> None:
    site = online(city)
    until = clock.now() + 10 * DAY
    take_offline(
        actor=city.operator, site=site, reason="机房搬迁", notice="因机房搬迁暂停服务。", until=until
    )
    site.refresh_from_db()
    assert site.status == "offline"
    at(9 * DAY)
    carry_out_due()
    site.refresh_from_db()
    assert site.status == "offline"
    at(10 * DAY)
    carry_out_due()
    site.refresh_from_db()
    assert site.status == "online"
    assert DueItem.objects.filter(handled_at__isnull=True).count() == 0
    assert AuditRecord.objects.filter(action="site.bring-online", via="clock").count() == 1


@pytest.mark.requirement("P5-10")
def test_thirty_days_at_most_once_a_year(city: City, at: Callable[[timedelta], None]) -> None:
    site = online(city)
    words = {"reason": "改版", "notice": "网站改版，暂停服务。"}
    before = state(site)
    with pytest.raises(OfflineTooLong):
        take_offline(actor=city.operator, site=site, until=clock.now() + 30 * DAY + DAY / 24, **words)
    with pytest.raises(SiteMalformed, match="事由、公告"):
        take_offline(actor=city.operator, site=site, reason="", notice=" ", until=clock.now() + DAY)
    with pytest.raises(SiteMalformed):
        take_offline(actor=city.operator, site=site, until=clock.now() - DAY, **words)
    assert state(site) == before
    take_offline(actor=city.operator, site=site, until=clock.now() + 30 * DAY, **words)
    bring_online(actor=city.operator, site=site)
    assert not DueItem.objects.filter(kind="site.offline-ends").exists()
    before = state(site)
    with pytest.raises(OfflineTooOften):
        take_offline(actor=city.operator, site=site, until=clock.now() + DAY, **words)
    assert state(site) == before
    at(366 * DAY)
    take_offline(actor=city.operator, site=site, until=clock.now() + DAY, **words)


@pytest.mark.requirement("P5-11")
def test_a_site_closes_after_notice_with_archive_and_successor(
    city: City, at: Callable[[timedelta], None], archiver: list[str]
) -> None:
    site = online(city)
    words = {"reason": "整合", "notice": "本站并入示范省门户。", "successor_url": "https://www.shifan.gov.cn"}
    before = state(site)
    with pytest.raises(ClosingNotAnnounced):
        close_site(actor=city.operator, site=site)
    with pytest.raises(ClosingTooSoon):
        announce_closing(actor=city.operator, site=site, closes_at=clock.now() + 29 * DAY, **words)
    assert state(site) == before
    announce_closing(actor=city.operator, site=site, closes_at=clock.now() + 30 * DAY, **words)
    with pytest.raises(ClosingTooSoon):
        close_site(actor=city.operator, site=site)
    assert archiver == []
    at(30 * DAY)
    carry_out_due()
    assert close_announced_sites()
    site.refresh_from_db()
    assert (site.status, site.successor_url, archiver) == ("closed", words["successor_url"], ["portal"])
    closed = SiteStatusChange.objects.get(to_status="closed")
    assert closed.document == "archive/portal.warc.gz"
    assert not Work.objects.exists()


@pytest.mark.requirement("P5-11")
def test_no_site_closes_without_its_archive(city: City, at: Callable[[timedelta], None]) -> None:
    site = online(city)
    announce_closing(
        actor=city.operator, site=site, reason="整合", notice="本站关停。", closes_at=clock.now() + 31 * DAY
    )
    at(31 * DAY)
    before = archiving._archivers[:]
    archiving._archivers.clear()
    with pytest.raises(ArchiveImpossible):
        close_site(actor=city.operator, site=site)
    carry_out_due()
    assert not close_announced_sites()
    archiving._archivers[:] = before
    site.refresh_from_db()
    assert site.status == "online"
    assert "ArchiveImpossible" in Work.objects.get(queue="closing").last_error


def test_a_revoked_announcement_closes_nothing(city: City, at: Callable[[timedelta], None]) -> None:
    site = online(city)
    announce_closing(
        actor=city.operator, site=site, reason="整合", notice="本站关停。", closes_at=clock.now() + 31 * DAY
    )
    revoke_closing(actor=city.operator, site=site, reason="方案调整")
    at(40 * DAY)
    carry_out_due()
    assert not close_announced_sites()
    with pytest.raises(ClosingNotAnnounced):
        close_site(actor=city.operator, site=site)
    site.refresh_from_db()
    assert site.status == "online"


@pytest.mark.requirement("P5-11")
def test_a_closed_site_gives_its_canonical_pages_up_and_takes_nothing(
    city: City, at: Callable[[timedelta], None], archiver: list[str]
) -> None:
    site = online(city)
    resource = city.effective()
    first = place_resource(actor=city.portal_editor, resource=resource, column=city.news, approve=True)
    second = place_resource(
        actor=city.bureau_editor, resource=resource, column=city.bureau_news, approve=True
    )
    waiting = place_resource(actor=city.portal_editor, resource=city.effective(), column=city.news)
    announce_closing(
        actor=city.operator, site=site, reason="整合", notice="本站关停。", closes_at=clock.now() + 30 * DAY
    )
    at(30 * DAY)
    close_site(actor=city.operator, site=site)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.is_canonical, second.is_canonical) == (False, True)
    other = city.effective()
    for deed in (
        lambda: place_resource(actor=city.portal_editor, resource=other, column=city.news),
        lambda: place_many(actor=city.portal_editor, pairs=[(other, city.news)]),
        lambda: approve_placement(actor=city.portal_editor, placement=waiting),
    ):
        with pytest.raises(SiteTakesNothing):
            deed()
    assert Placement.objects.count() == 3


def test_an_offline_site_takes_nothing(city: City) -> None:
    site = online(city)
    take_offline(actor=city.operator, site=site, reason="改版", notice="暂停。", until=clock.now() + DAY)
    with pytest.raises(SiteTakesNothing, match="临时下线"):
        place_resource(actor=city.portal_editor, resource=city.effective(), column=city.news)
    assert not Placement.objects.exists()


@pytest.mark.parametrize(
    ("kind", "domain", "sentence"),
    [
        ("portal", "shifan.com", "以 .gov.cn 结尾"),
        ("portal", "shifan.gov.cn", "www"),
        ("portal", "www.a.b.gov.cn", "www"),
        ("department", "jyt.gov.cn", "○○○"),
        ("department", "www.jyt.gov.cn", "○○○"),
        ("special", "a_b.gov.cn", "以 .gov.cn 结尾"),
    ],
)
def test_domains_follow_the_rules(city: City, kind: str, domain: str, sentence: str) -> None:
    count = Site.objects.count()
    with pytest.raises(DomainNotAllowed, match=sentence):
        _create(city, kind=kind, domain=domain)
    assert Site.objects.count() == count


def _create(city: City, kind: str = "portal", domain: str = "www.shifan.gov.cn", **elements: Any) -> Site:
    return create_site(
        actor=CLOCK,
        slug="new",
        name="新站点",
        domain=domain,
        type=kind,
        admin_level="city",
        **{"sponsor": city.government, "single_site_waiver": "示府办〔2026〕2号", **elements},
    )


def test_a_department_stands_below_its_governments_portal(city: City) -> None:
    change_site(
        actor=CLOCK, site=city.portal, domain="www.shifan.gov.cn", base_url="https://www.shifan.gov.cn"
    )
    with pytest.raises(DomainNotAllowed, match=r"www\.shifan"):
        change_site(
            actor=CLOCK, site=city.department, domain="edu.other.gov.cn", base_url="https://edu.other.gov.cn"
        )
    site = change_site(
        actor=CLOCK, site=city.department, domain="edu.shifan.gov.cn", base_url="https://edu.shifan.gov.cn"
    )
    assert site.domain == "edu.shifan.gov.cn"


def test_localhost_is_for_demonstrations(city: City, settings: Any) -> None:
    settings.DEMONSTRATION = False
    with pytest.raises(DomainNotAllowed, match="演示"):
        _create(city, domain="new.localhost")
    assert not Site.objects.filter(slug="new").exists()


def test_one_unit_has_one_site(city: City) -> None:
    with pytest.raises(UnitHasSite):
        _create(city, single_site_waiver="")
    assert _create(city).single_site_waiver


def test_slug_domain_and_code_are_taken_once(city: City) -> None:
    change_site(actor=CLOCK, site=city.portal, **REGISTERED)
    for elements in (
        {"domain": "portal.localhost"},
        {"identification_code": REGISTERED["identification_code"]},
    ):
        with pytest.raises(SlugTaken):
            _create(city, **elements)
    assert not Site.objects.filter(slug="new").exists()


@pytest.mark.parametrize(
    "elements",
    [
        {"identification_code": "123"},
        {"identification_code": "bm0100000"},
        {"language": "中文"},
        {"base_url": "ftp://www.shifan.gov.cn"},
        {"base_url": "https://elsewhere.gov.cn"},
        {"domain_cn": "示范市.中国"},
        {"icp_number": "null"},
        {"allowed_outbound_hosts": ["not a host"]},
        {"no_such_element": 1},
    ],
)
def test_a_malformed_site_is_refused(city: City, elements: dict[str, Any]) -> None:
    with pytest.raises((SiteMalformed, DomainNotAllowed)):
        _create(city, **elements)
    assert not Site.objects.filter(slug="new").exists()


def test_the_worker_knows_how_to_close_sites() -> None:
    assert "site-closing" in {duty.name for duty in worker.duties()}


def test_a_departments_closed_site_is_not_opened_again_within_a_year(
    city: City, at: Callable[[timedelta], None]
) -> None:
    Site.objects.filter(pk=city.department.pk).update(status="closed", status_changed_at=clock.now())
    elements: dict[str, Any] = {"kind": "department", "domain": "again.localhost", "single_site_waiver": ""}
    at(364 * DAY)
    with pytest.raises(UnitHasSite, match="365"):
        _create(city, sponsor=city.bureau, **elements)
    assert not Site.objects.filter(slug="new").exists()
    at(366 * DAY)
    assert _create(city, sponsor=city.bureau, **elements).status == "preparing"
