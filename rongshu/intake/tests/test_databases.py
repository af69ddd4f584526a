"""Other people's databases as sources, on real servers: MariaDB and PostgreSQL of our own in a folder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pymysql
import pytest

from rongshu.foundation.testing import leave_out
from rongshu.intake.actions.carry_out import Conduct
from rongshu.intake.actions.carry_task import carry_task
from rongshu.intake.actions.define_task import TaskDescription, create_task
from rongshu.intake.actions.start_task import start_task
from rongshu.intake.crawling.errors import AddressNotAllowed
from rongshu.intake.queries.report import report_of
from rongshu.intake.sources import RecordSource, SettingsMalformed, SourceAway, open_source
from rongshu.library.models import Resource
from rongshu.project.testing.databases import PASSWORD, ServerMissing, private_mariadb
from rongshu.publishing.tests.world import World
from rongshu.sites.models import LegacyAddress
from scripts.with_postgres import private_cluster, programs

COUNT = 230
TABLES = """
CREATE TABLE article (id {number} PRIMARY KEY, title VARCHAR(300), body TEXT, created {moment}, kind INT,
    score DECIMAL(8,2), twin INT);
CREATE TABLE attachment (article_id {number}, place INT, name VARCHAR(100), path VARCHAR(200),
    content {bytes})
"""


@pytest.fixture(scope="module", params=["mariadb", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the address of a database with articles and their attachments, without a password in it."""
    with tempfile.TemporaryDirectory(prefix="rongshu-db-") as name:
        yield from (_mariadb if request.param == "mariadb" else _postgresql)(Path(name))


def _mariadb(folder: Path) -> Iterator[str]:
    try:
        with private_mariadb(folder) as port:
            connection = pymysql.connect(host="127.0.0.1", port=port, user="reader", password=PASSWORD)
            with connection, connection.cursor() as cursor:
                cursor.execute("CREATE DATABASE cms CHARACTER SET gbk")
                cursor.execute("USE cms")
                _fill(cursor, number="BIGINT", moment="DATETIME", bytes="LONGBLOB")
                connection.commit()
            yield f"mysql://reader@127.0.0.1:{port}/cms?charset=utf8mb4"
    except ServerMissing as error:
        leave_out(f"{error} 跳过 MariaDB 上的测试。")


def _postgresql(folder: Path) -> Iterator[str]:
    binaries = programs()
    if binaries is None:
        leave_out("没有找到 PostgreSQL，跳过数据库来源的测试。")
    folder.chmod(0o755)
    with private_cluster(folder, binaries) as url:
        with psycopg.connect(host=str(folder), user="rongshu", dbname="postgres") as connection:
            _fill(connection.cursor(), number="BIGINT", moment="TIMESTAMP", bytes="BYTEA")
        yield f"postgresql://rongshu@/postgres?host={folder}"
        assert url


def _fill(cursor: Any, **types: str) -> None:
    for statement in TABLES.format(**types).split(";"):
        cursor.execute(statement)
    for number in range(1, COUNT + 1):
        row = (
            number,
            f"关于第{number}项工作的通知",
            f"<p>正文{number}</p>",
            "2021-03-05 10:20:00",
            number % 3,
            1.5,
            7,
        )
        cursor.execute("INSERT INTO article VALUES (%s, %s, %s, %s, %s, %s, %s)", row)
    for place in (1, 2):
        files = (5, place, f"附件{place}.txt", f"/files/{place}.txt", f"内容{place}".encode("gb18030"))
        cursor.execute("INSERT INTO attachment VALUES (%s, %s, %s, %s, %s)", files)


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RONGSHU_SOURCE_OLD_CMS", PASSWORD)


def opened(url: str, **settings: Any) -> Any:
    named = {"url": url, "secret": "OLD_CMS", "key": "id", **settings}
    return open_source("database", named, allow_hosts=["127.0.0.1", "localhost"])


def keys(source: RecordSource, after: str = "") -> list[int]:
    return [int(one.key) for one in source.records(after)]


def test_a_table_is_read_by_its_key(database: str) -> None:
    with opened(database, table="article") as source:
        assert keys(source) == list(range(1, COUNT + 1))
        assert source.count() == COUNT
        assert "title" in source.fields()
        record = next(iter(source.named(["17"])))
        assert record.values["title"] == "关于第17项工作的通知"
        assert record.values["score"] == 1.5
        assert keys(source, record.position) == list(range(18, COUNT + 1))
        assert [one.key for one in source.named(["3", "99999", "1"])] == ["1", "3"]


def test_a_query_with_files_from_another_table(database: str) -> None:
    query = "SELECT id, title FROM article WHERE kind = 2 AND title LIKE '%项%'"
    children = {"files": {"table": "attachment", "of": "article_id", "order": "place"}}
    with opened(database, query=query, children=children) as source:
        found = {int(one.key): one.values for one in source.records()}
        assert sorted(found) == [number for number in range(1, COUNT + 1) if number % 3 == 2]
        assert [file["name"] for file in found[5]["files"]] == ["附件1.txt", "附件2.txt"]
        assert found[5]["files"][1]["content"] == "内容2".encode("gb18030")
        assert found[8]["files"] == []
        assert {"files", "files.0.name"} <= set(source.fields())


def test_nothing_is_written_at_the_source(database: str) -> None:
    for query in (
        "DELETE FROM article",
        "SELECT 1; DELETE FROM article",
        "WITH x AS (SELECT 1) DELETE FROM article",
    ):
        with pytest.raises(SettingsMalformed), opened(database, query=query) as source:
            keys(source)
    with opened(database, table="article") as source:
        assert source.count() == COUNT
        with pytest.raises(Exception, match=r"(?i)read.only"):
            source._connection.exec_driver_sql("DELETE FROM article")


def test_what_can_not_be_followed_is_said(database: str) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"table": "article", "key": "twin"}, "不能作主键"), ({"table": "nothing"}, "不接受"),
        ({"table": "article", "key": "nothing"}, "不接受"), ({}, "二者选一"), ({"table": "a'b"}, "写法有误"),
        ({"table": "article", "children": {"x": {}}}, "附表"),
        ({"table": "article", "secret": "../x"}, "大写字母"),
        ({"table": "article", "secret": "ABSENT"}, "没有口令"),
    ]  # fmt: skip
    for settings, said in wrong:
        with pytest.raises(SettingsMalformed, match=said), opened(database, **settings) as source:
            keys(source)


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("mysql://reader@127.0.0.1:3306/cms", AddressNotAllowed),
        ("postgresql://x@10.0.0.8/y", AddressNotAllowed),
        ("postgresql://x@/y?host=/run/postgresql", AddressNotAllowed),
        ("mysql://reader:secret@192.0.2.1/x", SettingsMalformed),
        ("sqlite:////etc/passwd", SettingsMalformed),
        ("postgresql://x@a/y?options=-c", SettingsMalformed),
        ("postgresql://x@a/y?host=10.0.0.8", SettingsMalformed),
        ("postgresql://x@no-such-host.invalid/y", SourceAway),
    ],
)
def test_inner_hosts_secrets_and_odd_addresses_are_refused(url: str, error: type[Exception]) -> None:
    with pytest.raises(error), open_source("database", {"url": url, "table": "a", "key": "id"}):
        pass


def test_a_server_that_is_away_or_refuses(database: str) -> None:
    if database.startswith("postgresql"):
        away = "postgresql://x@127.0.0.1:9/y"
    else:
        away = database.replace("reader@", "stranger@")
    with pytest.raises(SourceAway), opened(away, table="article"):
        pass


@pytest.mark.requirement("P2-05")
@pytest.mark.django_db
def test_a_database_comes_into_the_library_with_its_files_and_addresses(database: str, world: World) -> None:
    me, host = world.library.operator, "http://old.example.gov.cn"
    children = {"files": {"table": "attachment", "of": "article_id", "order": "place"}}
    query = "SELECT id, title, body, created, kind FROM article WHERE id <= 12"
    given = TaskDescription(
        name="旧平台文章库", kind="database", allowed_hosts=["127.0.0.1", "localhost"],
        settings={"url": database, "secret": "OLD_CMS", "query": query, "key": "id", "children": children},
        mapping={
            "fields": {
                "Title": "title", "Content": "body", "PubDate": "created",
                "ThemeCat": {"field": "kind", "codes": {0: "02", 1: "04"}, "default": "22"},
            },
            "column": {"constant": "x", "values": {"x": world.notices.path}},
            "address": {"template": host + "/art/{id}.html"},
            "files": [{"field": "files", "name": "name", "content": "content"}],
        },
    )  # fmt: skip
    task = create_task(actor=me, site=world.portal, description=given, is_operator=True)
    reading = start_task(actor=me, task=task)
    carry_task(reading, Conduct(me, [me]))
    report = report_of(reading.run)
    assert (report["status"], report["stored"], report["refused"]) == ("finished", 12, [])
    assert all(item["new_url"] and item["column_path"] == ["x"] for item in report["articles"])
    fifth = Resource.objects.get(effective_version__title="关于第5项工作的通知").effective_version
    assert fifth is not None
    assert [file["name"] for file in fifth.attachments] == ["附件1.txt", "附件2.txt"]
    assert fifth.theme_code == "22"
    assert LegacyAddress.objects.get(host="old.example.gov.cn", request_uri="/art/5.html").resource_id
