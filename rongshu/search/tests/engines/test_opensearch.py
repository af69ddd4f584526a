"""OpenSearch alone: its address, what happens when it is away, and two nodes of which one dies."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rongshu.foundation.testing import leave_out
from rongshu.project.testing import opensearch
from rongshu.search.engines.clauses import Everything, Term
from rongshu.search.engines.opensearch.address import Address, read_address
from rongshu.search.engines.opensearch.engine import OpenSearchEngine
from rongshu.search.errors import EngineUnavailable, UnknownEngine
from rongshu.search.tests.engines.asking import ask, found, reading
from rongshu.search.tests.engines.corpus import SMALL, STAMP, document, fill, generated
from rongshu.search.tests.engines.gate import encrypting_gate

SECRET = "k/ey:@1"
FUND = Term("title_words", "公积金")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("opensearch://localhost", Address((("localhost", 9200),))),
        ("opensearch://a:1,b:2/our", Address((("a", 1), ("b", 2)), prefix="our")),
        ("opensearch://[::1]:9201/x/", Address((("[::1]", 9201),), prefix="x")),
        (
            "opensearch+https://who:k%2Fey%3A%401@a/p?shards=3&copies=2",
            Address((("a", 9200),), "p", True, "who", SECRET, None, 3, "2-2"),
        ),
        ("https://who@a:443/p", Address((("a", 443),), "p", is_secure=True, user="who")),
    ],
)
def test_an_address_is_read(url: str, address: Address) -> None:
    assert read_address(url) == address


@pytest.mark.parametrize(
    "url",
    [
        "solr://a/p",
        "opensearch://",
        "opensearch://a,/p",
        "opensearch://a:port/p",
        "opensearch://a/UPPER",
        "opensearch://a/*",
        "opensearch://a/-p",
        "opensearch://a/p,q",
        "opensearch://a/p?shards=0",
        "opensearch://a/p?shards=many",
        "opensearch://a/p?verify=no",
        "opensearch+https://a/p?ca=/nowhere/ca.pem",
    ],
)
def test_an_address_that_means_nothing_is_refused(url: str) -> None:
    with pytest.raises(UnknownEngine):
        read_address(url)


def test_a_password_is_not_shown() -> None:
    address = read_address("opensearch://who:k%2Fey%3A%401@a:1,b:2/p")
    assert SECRET not in repr(address) + address.shown
    assert address.shown == "a:1,b:2/p"


def test_when_nothing_answers_it_is_said_and_nothing_leaks(caplog: pytest.LogCaptureFixture) -> None:
    engine = OpenSearchEngine("opensearch://who:hidden-key@127.0.0.1:9/gone", "public")
    caplog.set_level(logging.DEBUG)
    calls: list[Callable[[], object]] = [
        lambda: ask(engine, Everything()),
        engine.count,
        lambda: engine.documents(["resource:a"]),
        lambda: list(engine.ids()),
        engine.generations,
        lambda: engine.begin_generation(STAMP),
        lambda: engine.writer("gone-public-x"),
    ]
    for call in calls:
        with pytest.raises(EngineUnavailable) as refused:
            call()
        assert refused.value.status == 503
        assert "hidden-key" not in str(refused.value)
    health = engine.health()
    assert not health.is_well
    assert "127.0.0.1:9" in health.problem
    assert "hidden-key" not in caplog.text + health.problem


def test_who_does_not_answer_is_waited_for_only_so_long() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        engine = OpenSearchEngine(f"opensearch://127.0.0.1:{silent.getsockname()[1]}/x", "public")
        with pytest.raises(EngineUnavailable):
            ask(engine, Everything())


@pytest.mark.opensearch
def test_the_way_is_encrypted_and_the_password_is_sent(opensearch_hosts: str, tmp_path: Path) -> None:
    behind = opensearch_hosts.split(",", maxsplit=1)[0]
    with encrypting_gate(behind, tmp_path, allowed=f"who:{SECRET}") as (port, certificate):
        where = f"127.0.0.1:{port}/test-gate"
        trusted = f"opensearch+https://who:k%2Fey%3A%401@{where}?ca={certificate}"
        assert OpenSearchEngine(trusted, "public").health().is_well
        wrong = f"opensearch+https://who:wrong@{where}?ca={certificate}"
        assert not OpenSearchEngine(wrong, "public").health().is_well
        stranger = f"opensearch+https://who:k%2Fey%3A%401@{where}"
        assert not OpenSearchEngine(stranger, "public").health().is_well


@pytest.mark.opensearch
def test_a_writer_never_makes_an_index_of_guessed_fields(opensearch_hosts: str) -> None:
    engine = OpenSearchEngine(f"opensearch://{opensearch_hosts}/test-guessed", "public")
    with pytest.raises(EngineUnavailable):
        engine.writer("test-guessed-public-20260101000000000000-00000000")
    assert engine.generations() == []


@pytest.fixture(scope="module")
def cluster() -> Iterator[opensearch.Cluster]:
    """Return two nodes of this module's own: they are killed here."""
    try:
        with opensearch.private_cluster() as started:
            yield started
    except opensearch.OpenSearchMissing as error:
        leave_out(f"{error} 跳过 OpenSearch 上的测试。")


def write(engine: OpenSearchEngine, generation: str, name: str, title: str) -> None:
    with engine.writer(generation) as writer:
        writer.add(document(name, title))
        writer.commit()


@pytest.mark.slow
@pytest.mark.opensearch
def test_a_data_node_dies_and_returns_under_readers_and_writers(cluster: opensearch.Cluster) -> None:
    engine = OpenSearchEngine(f"opensearch://{cluster.hosts}/died", "public")
    generation = fill(engine, [*generated(500), *SMALL])
    cluster.wait_for_nodes(2)
    with reading(engine, FUND, total=3) as problems:
        time.sleep(1)
        cluster.nodes[1].kill()
        write(engine, generation, "alone", "独自 写入")
        assert found(engine, Term("title_words", "独自")) == {"alone"}
        time.sleep(3)
        cluster.nodes[1].start()
        cluster.wait_for_nodes(2)
        time.sleep(1)
    assert problems == []
    write(engine, generation, "again", "重新 写入")
    assert found(engine, Term("title_words", "重新")) == {"again"}
    assert engine.count() == 508


@pytest.mark.slow
@pytest.mark.opensearch
def test_without_its_only_manager_the_other_node_goes_on_answering(cluster: opensearch.Cluster) -> None:
    """Two nodes have one manager; an installation of three has none that matters so much."""
    engine = OpenSearchEngine(f"opensearch://{cluster.hosts}/headless", "public")
    generation = fill(engine, [*generated(500), *SMALL])
    cluster.wait_for_nodes(2)
    with reading(engine, FUND, total=3) as problems:
        time.sleep(1)
        cluster.nodes[0].kill()
        time.sleep(4)
    assert problems == []
    cluster.nodes[0].start()
    cluster.wait_for_nodes(2)
    write(engine, generation, "again", "重新 写入")
    assert found(engine, Term("title_words", "重新")) == {"again"}
    assert engine.count() == 507
