"""OAI-PMH as harvesters see it: two that others wrote, and every rule of the protocol."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test import Client
from django.utils import timezone
from lxml import etree
from oaipmh.client import Client as PyoaiClient
from oaipmh.metadata import MetadataRegistry, oai_dc_reader
from sickle import Sickle

from rongshu.console.testing import serving_console
from rongshu.federation.models import HarvestEntry
from rongshu.federation.oai import answering
from rongshu.federation.oai.datestamps import Period
from rongshu.federation.oai.ledger import LIBRARY as LIBRARY_PLACE
from rongshu.federation.oai.ledger import keep_ledger
from rongshu.federation.oai.listing import _rows
from rongshu.federation.oai.sets import Selection
from rongshu.foundation import clock
from rongshu.foundation.consumers import advance_all
from rongshu.foundation.sequencer import number_events
from rongshu.foundation.stream import begin_epoch
from rongshu.library.actions.purge_version import purge_version
from rongshu.library.actions.withdraw_resource import reinstate_resource, withdraw_resource
from rongshu.library.models import Resource
from rongshu.publishing.tests.world import World, make_world
from rongshu.sites.actions.change_status import take_offline
from rongshu.sites.actions.move_placement import move_placement
from rongshu.sites.models import Placement

OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
OURS = "{urn:rongshu:resource:1}"
SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent / "schemas" / "OAI-PMH.xsd"))
LIBRARY, PORTAL = "node.localhost", "portal.localhost"

Settle = Callable[[], None]


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path) -> World:
    """Return 示范省 with two sites online."""
    settings.DEMONSTRATION = True
    settings.STORE_FOLDER = tmp_path / "store"
    return make_world()


@pytest.fixture
def settle(monkeypatch: pytest.MonkeyPatch) -> Settle:
    """Have harvesters told of everything that has happened: the ledger is kept, and some time goes by."""
    real, ahead = timezone.now, [timedelta()]
    monkeypatch.setattr(timezone, "now", lambda: real() + ahead[0])

    def go() -> None:
        while number_events() or advance_all() or keep_ledger():
            pass
        ahead[0] += timedelta(seconds=10)

    return go


@pytest.fixture(autouse=True)
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let lists come in several parts."""
    monkeypatch.setattr(answering, "_RECORDS_AT_ONCE", 4)
    monkeypatch.setattr(answering, "_HEADERS_AT_ONCE", 5)
    monkeypatch.setattr(answering, "_SETS_AT_ONCE", 7)


def ask(host: str = LIBRARY, **arguments: Any) -> etree._Element:
    """Return the answer, valid against the schemas."""
    response = Client().get("/-/oai", arguments, headers={"host": host})
    return checked(response)


def checked(response: Any) -> etree._Element:
    """Return a response as a tree."""
    assert response.status_code == 200
    assert response["Content-Type"] == "text/xml; charset=utf-8"
    document = etree.fromstring(response.content)
    SCHEMA.assertValid(document)
    return document


def error_of(document: etree._Element) -> str | None:
    """Return the code of the error of an answer."""
    found = document.find(f"{OAI}error")
    return None if found is None else found.get("code")


def harvested(host: str = LIBRARY, verb: str = "ListIdentifiers", **arguments: Any) -> dict[str, str | None]:
    """Return status by identifier of a whole list, following its tokens; every part valid."""
    arguments.setdefault("metadataPrefix", "oai_dc")
    found: dict[str, str | None] = {}
    while True:
        document = ask(host, verb=verb, **arguments)
        if error_of(document) == "noRecordsMatch":
            return found
        for header in document.iter(f"{OAI}header"):
            found[header.findtext(f"{OAI}identifier", "")] = header.get("status")
        token = document.findtext(f".//{OAI}resumptionToken")
        if not token:
            return found
        arguments = {"resumptionToken": token}


def named(*resources: Resource) -> set[str]:
    """Return the identifiers of resources."""
    return {f"urn:uuid:{one.pk}" for one in resources}


def test_identify_and_formats(world: World, settle: Settle) -> None:
    world.article()
    settle()

    library = ask(verb="Identify").find(f"{OAI}Identify")
    site = ask(PORTAL, verb="Identify").find(f"{OAI}Identify")
    formats = ask(verb="ListMetadataFormats").iter(f"{OAI}metadataPrefix")

    assert library is not None
    assert site is not None
    assert library.findtext(f"{OAI}repositoryName") == "示范省集约化平台"
    assert library.findtext(f"{OAI}baseURL") == "http://node.localhost/-/oai"
    assert library.findtext(f"{OAI}deletedRecord") == "persistent"
    assert library.findtext(f"{OAI}granularity") == "YYYY-MM-DDThh:mm:ssZ"
    assert site.findtext(f"{OAI}repositoryName") == "示范省人民政府"
    assert [one.text for one in formats] == ["oai_dc", "rongshu"]


def test_only_what_is_open_to_everyone_is_given(world: World, settle: Settle) -> None:
    given = world.article()
    world.effective(share_type="conditional")
    world.effective(share_type="none")
    world.effective(open_type="on-request")
    world.draft()
    settle()

    assert harvested() == dict.fromkeys(named(given))


def test_a_record_in_both_formats(world: World, settle: Settle) -> None:
    resource = world.article(
        world.local_notices,
        title="示范办法 <征求> & 意见",
        keywords=("学校", "安全"),
        body_html="<p>第一条 &lt;略&gt;</p>",
        elements={},
    )
    settle()
    identifier = f"urn:uuid:{resource.pk}"
    core = ask(verb="GetRecord", identifier=identifier, metadataPrefix="oai_dc")
    full = ask(verb="GetRecord", identifier=identifier, metadataPrefix="rongshu")

    assert core.findtext(f".//{DC}title") == "示范办法 <征求> & 意见"
    assert [one.text for one in core.iter(f"{DC}subject")][:2] == ["学校", "安全"]
    address = f"{world.portal.base_url}/a/{resource.address}.html"
    assert address in [one.text for one in core.iter(f"{DC}identifier")]
    assert [one.text for one in core.iter(f"{OAI}setSpec")] == ["theme:11", "site.portal:notices:local"]
    record = full.find(f".//{OURS}resource")
    assert record is not None
    assert resource.effective_version is not None
    assert record.get("digest") == resource.effective_version.digest
    assert record.findtext(f"{OURS}body") == resource.effective_version.body
    assert record.findtext(f"{OURS}address") == address
    schema = Client().get("/-/oai/resource-1.xsd", headers={"host": LIBRARY})
    etree.XMLSchema(etree.fromstring(b"".join(schema)))


def test_the_elements_of_a_document_are_all_there(world: World, settle: Settle) -> None:
    resource = world.article(
        type_code="policy-document",
        genre_code="notice",
        elements={
            "DocNo": "示教〔2021〕3号",
            "IssuingOrg": ["示范省教育厅", "示范省财政厅"],
            "WrittenDate": "2021-03-02",
            "Aging": "valid",
        },
    )
    settle()
    record = ask(verb="GetRecord", identifier=f"urn:uuid:{resource.pk}", metadataPrefix="rongshu")
    elements = {one.get("key"): one for one in record.iter(f"{OURS}element")}

    assert (elements["DocNo"].get("name"), elements["DocNo"].text) == ("发文字号", "示教〔2021〕3号")
    assert [one.text for one in elements["IssuingOrg"]] == ["示范省教育厅", "示范省财政厅"]
    assert record.findtext(f".//{OURS}validity") == "valid"


def test_withdrawn_and_purged_stay_as_deleted(world: World, settle: Settle) -> None:
    kept, withdrawn, purged = (world.article() for _ in range(3))
    settle()
    withdraw_resource(actor=world.operator, resource=withdrawn, reason="有误")
    assert purged.effective_version is not None
    second = world.library.reviewer
    purge_version(actor=world.operator, confirmed_by=second, version=purged.effective_version, reason="泄密")

    # What was taken back is gone at once, before the ledger knows.
    assert harvested() == {**dict.fromkeys(named(kept)), **dict.fromkeys(named(withdrawn, purged), "deleted")}
    settle()
    assert harvested(verb="ListRecords")[f"urn:uuid:{withdrawn.pk}"] == "deleted"

    reinstate_resource(actor=world.operator, resource=withdrawn)
    settle()
    assert harvested()[f"urn:uuid:{withdrawn.pk}"] is None


def test_what_stops_being_open_is_deleted_and_what_never_was_is_unknown(world: World, settle: Settle) -> None:
    resource, never = world.article(), world.effective(share_type="conditional")
    settle()
    world.edit(resource, share_type="conditional")
    settle()

    assert harvested() == dict.fromkeys(named(resource), "deleted")
    answer = ask(verb="GetRecord", identifier=f"urn:uuid:{never.pk}", metadataPrefix="oai_dc")
    assert error_of(answer) == "idDoesNotExist"


def test_a_site_gives_its_own_and_tells_what_left_it(world: World, settle: Settle) -> None:
    here, elsewhere = world.article(world.news), world.article(world.bureau_news)
    both = world.article(world.news, world.bureau_news)
    settle()
    assert set(harvested(PORTAL)) == named(here, both)
    assert set(harvested("edu.localhost")) == named(elsewhere, both)

    take_offline(
        actor=world.operator,
        site=world.education,
        reason="维护",
        notice="维护中",
        until=timezone.now() + timedelta(days=3),
    )
    settle()

    assert harvested("edu.localhost") == dict.fromkeys(named(elsewhere, both), "deleted")
    assert harvested() == dict.fromkeys(named(here, elsewhere, both))


def test_sets_are_a_hierarchy(world: World, settle: Settle) -> None:
    local = world.article(world.local_notices)
    notice = world.article(world.notices, theme_code="04")
    news = world.article(world.news)
    settle()

    specs = []
    arguments: dict[str, Any] = {"verb": "ListSets"}
    while arguments:
        document = ask(**arguments)
        specs += [one.text for one in document.iter(f"{OAI}setSpec")]
        token = document.findtext(f".//{OAI}resumptionToken")
        arguments = {"verb": "ListSets", "resumptionToken": token} if token else {}
    assert len(specs) == len(set(specs)) == 29
    assert specs[:2] == ["theme", "theme:01"]
    assert specs[-4:] == [
        "site.portal",
        "site.portal:news",
        "site.portal:notices",
        "site.portal:notices:local",
    ]

    assert set(harvested(set="site.portal:notices")) == named(local, notice)
    assert set(harvested(set="site.portal:notices:local")) == named(local)
    assert set(harvested(set="site.portal")) == named(local, notice, news)
    assert set(harvested(set="theme:04")) == named(notice)
    assert set(harvested(set="theme")) == named(local, notice, news)
    assert harvested("edu.localhost", set="site.portal") == {}


def test_a_set_never_calls_deleted_what_is_still_here(world: World, settle: Settle) -> None:
    resource = world.article(world.news)
    settle()
    placement = Placement.objects.get(resource=resource)
    move_placement(actor=world.operator, placement=placement, column=world.notices)
    settle()

    assert harvested(set="site.portal:news") == {}
    assert harvested(set="site.portal:notices") == dict.fromkeys(named(resource))


def test_from_and_until(world: World, settle: Settle) -> None:
    first = world.article()
    settle()
    between = ask(verb="Identify").findtext(f"{OAI}responseDate", "")
    second = world.article()
    settle()

    assert set(harvested(**{"from": between})) == named(second)
    assert set(harvested(until=between)) == named(first)
    day = timezone.now().astimezone(UTC).date().isoformat()
    assert set(harvested(until=day)) == named(first, second)
    assert harvested(until="1999-01-01") == {}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({}, "badVerb"),
        ({"verb": "Vanish"}, "badVerb"),
        ({"verb": ["Identify", "Identify"]}, "badVerb"),
        ({"verb": "Identify", "set": "theme"}, "badArgument"),
        ({"verb": "GetRecord", "metadataPrefix": "oai_dc"}, "badArgument"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": ["oai_dc", "oai_dc"]}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2026-13-01"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "昨天"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "0001-01-01"}, "badArgument"),
        (
            {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2026-01-02", "until": "2026-01-01"},
            "badArgument",
        ),
        (
            {
                "verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2026-01-02",
                "until": "2026-01-03T00:00:00Z",
            },
            "badArgument",
        ),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "a b"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "resumptionToken": "x"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "theme:99"}, "noRecordsMatch"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "site.nowhere"}, "noRecordsMatch"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2999-01-01"}, "noRecordsMatch"),
        ({"verb": "ListRecords", "metadataPrefix": "marcxml"}, "cannotDisseminateFormat"),
        ({"verb": "ListRecords", "resumptionToken": "x"}, "badResumptionToken"),
        ({"verb": "ListSets", "resumptionToken": "x" * 5000}, "badResumptionToken"),
        ({"verb": "GetRecord", "identifier": "urn:uuid:1", "metadataPrefix": "oai_dc"}, "idDoesNotExist"),
        ({"verb": "ListMetadataFormats", "identifier": "oai:a:b"}, "idDoesNotExist"),
    ],
)  # fmt: skip
def test_errors_of_the_protocol(world: World, arguments: dict[str, Any], code: str) -> None:
    for method in ("get", "post"):
        document = checked(getattr(Client(), method)("/-/oai", arguments, headers={"host": LIBRARY}))
        assert error_of(document) == code
        request = document.find(f"{OAI}request")
        assert request is not None
        assert bool(request.attrib) is (code not in {"badVerb", "badArgument"})


def test_a_token_is_of_one_list_and_of_one_day(
    world: World, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(6):
        world.article()
    settle()
    first = ask(verb="ListRecords", metadataPrefix="oai_dc")
    token = first.find(f".//{OAI}resumptionToken")
    assert token is not None
    assert (token.get("completeListSize"), token.get("cursor")) == ("6", "0")

    assert error_of(ask(verb="ListIdentifiers", resumptionToken=token.text)) == "badResumptionToken"
    assert error_of(ask(PORTAL, verb="ListRecords", resumptionToken=token.text)) == "badResumptionToken"
    assert error_of(ask(verb="ListRecords", resumptionToken=f"{token.text}x")) == "badResumptionToken"
    last = ask(verb="ListRecords", resumptionToken=token.text).find(f".//{OAI}resumptionToken")
    assert last is not None
    assert (last.text, last.get("cursor")) == (None, "4")

    monkeypatch.setattr("rongshu.federation.oai.tokens.LASTS", timedelta(seconds=-1))
    assert error_of(ask(verb="ListRecords", resumptionToken=token.text)) == "badResumptionToken"


def test_answers_are_compressed_for_who_takes_it(world: World, settle: Settle) -> None:
    for _ in range(3):
        world.article()
    settle()
    asked = {"verb": "ListRecords", "metadataPrefix": "rongshu"}
    plain = Client().get("/-/oai", asked, headers={"host": LIBRARY})
    packed = Client().get("/-/oai", asked, headers={"host": LIBRARY, "accept-encoding": "br, gzip;q=0.5"})
    refused = Client().get("/-/oai", asked, headers={"host": LIBRARY, "accept-encoding": "gzip;q=0"})

    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 2
    SCHEMA.assertValid(etree.fromstring(gzip.decompress(packed.content)))
    assert "Content-Encoding" not in plain
    assert "Content-Encoding" not in refused
    assert Client().put("/-/oai", headers={"host": LIBRARY}).status_code == 405


def test_after_a_restore_everything_is_told_again(world: World, settle: Settle) -> None:
    resources = [world.article() for _ in range(3)]
    settle()
    before = ask(verb="Identify").findtext(f"{OAI}responseDate", "")
    assert harvested(**{"from": before}) == {}

    begin_epoch("restore")
    settle()

    assert set(harvested(**{"from": before})) == named(*resources)


@pytest.fixture
def listener(world: World) -> Iterator[str]:
    """Yield the address of a real listener, on the connection of the test."""
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    with serving_console() as address:
        yield f"{address}/-/oai"
    for signal in ends:
        signal.connect(close_old_connections)


def test_sickle_misses_nothing_while_records_change(world: World, settle: Settle, listener: str) -> None:
    resources = [world.article() for _ in range(22)]
    settle()
    client = Sickle(listener)
    began = client.Identify().earliestDatestamp
    held: dict[str, tuple[bool, str]] = {}

    def harvest(**since: str) -> str:
        answered = ""
        records = client.ListRecords(metadataPrefix="oai_dc", ignore_deleted=False, **since)
        for place, record in enumerate(records):
            answered = answered or records.oai_response.xml.findtext(f"{OAI}responseDate")
            title = "" if record.deleted else record.metadata["title"][0]
            held[record.header.identifier] = (record.deleted, title)
            change(place)
        return answered

    def change(place: int) -> None:
        """Edit, withdraw and add while the list is read; some is told within it, all of it next time."""
        if place in {3, 9}:
            world.edit(resources[0], title=f"改后的标题{place}")
        elif place == 6:
            withdraw_resource(actor=world.operator, resource=resources[20], reason="有误")
        elif place == 12:
            resources.append(world.article())
        else:
            return
        settle() if place < 9 else None

    since = harvest(**{"from": began})
    settle()
    harvest(**{"from": since})

    truth = {
        f"urn:uuid:{one.pk}": (
            one.status != "effective",
            one.effective_version.title if one.effective_version else "",
        )
        for one in Resource.objects.select_related("effective_version")
    }
    assert held == truth


def test_a_second_harvester_reads_all_verbs(world: World, settle: Settle, listener: str) -> None:
    resources = [world.article() for _ in range(9)]
    withdraw_resource(actor=world.operator, resource=resources[4], reason="有误")
    settle()
    registry = MetadataRegistry()
    registry.registerReader("oai_dc", oai_dc_reader)
    client = PyoaiClient(listener, registry)

    assert client.identify().deletedRecord() == "persistent"
    assert [one[0] for one in client.listMetadataFormats()] == ["oai_dc", "rongshu"]
    assert len(list(client.listSets())) == 29
    headers = list(client.listIdentifiers(metadataPrefix="oai_dc"))
    assert {one.identifier() for one in headers} == named(*resources)
    records = list(client.listRecords(metadataPrefix="oai_dc", set="theme:11"))
    assert [header.isDeleted() for header, _, _ in records].count(True) == 1
    header, metadata, _ = client.getRecord(identifier=f"urn:uuid:{resources[0].pk}", metadataPrefix="oai_dc")
    assert metadata.getField("title") == [resources[0].effective_version.title]  # type: ignore[union-attr]
    assert header.setSpec() == ["theme:11", "site.portal:news"]


@pytest.fixture
def large(world: World, settle: Settle, monkeypatch: pytest.MonkeyPatch) -> list[Resource]:
    """Ten thousand entries, a few of which are there still; lists come in parts of the usual size."""
    monkeypatch.setattr(answering, "_HEADERS_AT_ONCE", 500)
    standing = [world.article() for _ in range(3)]
    settle()
    pattern = standing[0]
    gone = [
        Resource(type_id=pattern.type_id, owner_id=pattern.owner_id, origin_node=pattern.origin_node)
        for _ in range(10_000 - len(standing))
    ]
    Resource.objects.bulk_create(gone, batch_size=500)
    began = clock.now() - timedelta(days=1)
    entries = [
        # As the ledger writes them: portions of one moment.
        HarvestEntry(resource=one, place=LIBRARY_PLACE, at=began + timedelta(seconds=number // 200))
        for number, one in enumerate(gone)
    ]
    HarvestEntry.objects.bulk_create(entries, batch_size=500)
    return standing


def test_a_large_list_is_read_whole_by_both_harvesters(
    large: list[Resource], listener: str, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(20 * 30):
        headers = list(Sickle(listener).ListIdentifiers(metadataPrefix="oai_dc", ignore_deleted=False))
    assert len(headers) == len({one.identifier for one in headers}) == 10_000
    assert {one.identifier for one in headers if not one.deleted} == named(*large)

    registry = MetadataRegistry()
    registry.registerReader("oai_dc", oai_dc_reader)
    found = list(PyoaiClient(listener, registry).listIdentifiers(metadataPrefix="oai_dc"))
    assert [one.identifier() for one in found] == [one.identifier for one in headers]


def test_a_list_goes_on_by_its_place_in_the_index(large: list[Resource]) -> None:
    """What went before is not read again, however long the list is."""
    middle = HarvestEntry.objects.order_by("at", "resource_id").values_list("at", "resource_id")[5000]
    following = _rows(Selection(LIBRARY_PLACE), Period(), middle)[:500]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f'ANALYZE "{HarvestEntry._meta.db_table}"')
    plan = following.explain().lower()
    assert "harvest_by_time" in plan
    assert "sort" not in plan
    assert "temp b-tree" not in plan


@pytest.mark.requirement("P6-05")
def test_a_list_has_stable_keys_parts_channels_and_its_total(world: World, settle: Settle) -> None:
    elements = {
        "DocNo": "示教〔2021〕3号", "IssuingOrg": ["示范省教育厅"], "WrittenDate": "2021-03-02",
        "Aging": "valid",
    }  # fmt: skip
    for _ in range(6):
        world.article(world.news, type_code="policy-document", genre_code="notice", elements=elements)
    settle()
    first = ask(PORTAL, verb="ListRecords", metadataPrefix="rongshu", set="site.portal")
    token = first.find(f".//{OAI}resumptionToken")
    assert token is not None
    rest = ask(PORTAL, verb="ListRecords", resumptionToken=token.text)

    assert (token.get("completeListSize"), token.get("cursor")) == ("6", "0")
    records = [*first.iter(f"{OAI}record"), *rest.iter(f"{OAI}record")]
    assert len({one.findtext(f".//{OAI}identifier") for one in records}) == len(records) == 6
    for record in records:
        assert "site.portal:news" in [one.text for one in record.iter(f"{OAI}setSpec")]
        found = {one.get("key"): one.text for one in record.iter(f"{OURS}element")}
        assert found["DocNo"] == "示教〔2021〕3号"
