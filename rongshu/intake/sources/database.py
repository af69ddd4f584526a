"""A database as a source: a table or a query, read-only, in portions by its key."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings as installed
from sqlalchemy import Connection, Engine, create_engine, func, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlalchemy.sql.expression import ColumnElement, FromClause, column, table
from sqlalchemy.sql.selectable import Subquery

from rongshu.intake.crawling.errors import AddressNotAllowed
from rongshu.intake.crawling.guarding import Guard

from .errors import SettingsMalformed, SourceAway
from .guarding import judged_address, secret
from .port import SourceRecord
from .values import plain

_PORTION: Final = 100
_NAME: Final = re.compile(r"[^\s\"'`;]{1,64}(?:\.[^\s\"'`;.]{1,64})?")
_DRIVERS: Final = {
    "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg",
    "mysql": "mysql+pymysql", "mariadb": "mariadb+pymysql",
}  # fmt: skip
_PORTS: Final = {"postgresql": 5432, "mysql": 3306, "mariadb": 3306}
_STATEMENT_SECONDS: Final = 120


class DatabaseSource:
    """Rows in the order of their key. The key has to be unique, which is asked before anything is read."""

    def __init__(self, connection: Connection, settings: Mapping[str, Any]) -> None:
        self._connection = connection
        self._rows = _rows_of(settings)
        self._key_name = str(settings["key"])
        self._key: ColumnElement[Any] = column(self._key_name)
        self._children = {
            str(name): _child(name, one) for name, one in _mapping(settings, "children").items()
        }
        self._check_key()

    def fields(self) -> Sequence[str]:
        """Return the columns, and those of attached tables below their names."""
        named = list(self._asked(select(text("*")).select_from(self._rows).limit(0)).keys())
        for name, (rows, _, _) in self._children.items():
            found = self._asked(select(text("*")).select_from(rows).limit(0)).keys()
            named += [name, *(f"{name}.0.{one}" for one in found)]
        return named

    def count(self) -> int | None:
        """Return the number of rows."""
        return int(self._asked(select(func.count()).select_from(self._rows)).scalar_one())

    def records(self, after: str = "") -> Iterator[SourceRecord]:
        """Yield the rows by key; a portion is read in one short statement, so that no cursor stays open."""
        last = json.loads(after) if after else None
        while True:
            rows = select(text("*")).select_from(self._rows).order_by(self._key).limit(_PORTION)
            found = self._read(rows if last is None else rows.where(self._key > last))
            yield from map(self._record, found)
            if len(found) < _PORTION:
                return
            last = _comparable(found[-1][self._key_name])

    def named(self, keys: Collection[str]) -> Iterator[SourceRecord]:
        """Yield the rows with these keys."""
        wanted = list(keys)
        for start in range(0, len(wanted), _PORTION):
            some: list[Any] = [json.loads(key) for key in wanted[start : start + _PORTION]]
            rows = select(text("*")).select_from(self._rows).where(self._key.in_(some)).order_by(self._key)
            yield from map(self._record, self._read(rows))

    def _record(self, row: Mapping[str, Any]) -> SourceRecord:
        key = json.dumps(_comparable(row[self._key_name]), ensure_ascii=False)
        values = {name: plain(value) for name, value in row.items()}
        for name, (rows, of, order) in self._children.items():
            asked = select(text("*")).select_from(rows).where(of == row[self._key_name]).order_by(order)
            values[name] = [
                {one: plain(value) for one, value in child.items()} for child in self._read(asked)
            ]
        return SourceRecord(key, key, values)

    def _read(self, asked: Any) -> list[Mapping[str, Any]]:
        return [dict(row) for row in self._asked(asked).mappings()]

    def _asked(self, asked: Any) -> Any:
        try:
            return self._connection.execute(asked)
        except DBAPIError as error:
            raise _away(error) from error

    def _check_key(self) -> None:
        distinct = select(func.count(), func.count(self._key.distinct())).select_from(self._rows)
        rows, keys = self._asked(distinct).one()
        if rows != keys:
            raise SettingsMalformed(
                f"“{self._key_name}”不能作主键：{rows} 行中有 {rows - keys} 行为空或重复，请换一列，"
                "或在查询语句中拼出不重复的一列。",
                fields={"key": "有空值或重复"},
            )


@contextmanager
def open_database(settings: Mapping[str, Any], allow_hosts: Sequence[str]) -> Iterator[DatabaseSource]:
    """Open a read-only connection; raise `SourceAway` or `AddressNotAllowed`."""
    engine = _engine(settings, allow_hosts)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield DatabaseSource(connection, settings)
    except DBAPIError as error:
        raise _away(error) from error
    finally:
        engine.dispose()


def _engine(settings: Mapping[str, Any], allow_hosts: Sequence[str]) -> Engine:
    url = _url(str(settings["url"]))
    name = url.get_backend_name()
    if given := settings.get("secret"):
        url = url.set(password=secret(str(given), Path(installed.DATA_FOLDER) / "secrets"))
    host = url.host or str(url.query.get("host") or url.query.get("unix_socket") or "localhost")
    arguments = _postgresql(host) if name == "postgresql" else _mysql()
    if host.startswith("/"):
        if not Guard(allow_hosts).allows_host("localhost"):
            raise AddressNotAllowed(
                "来源是本机的数据库，已拒绝访问；确属数据来源时，请用 --allow-host localhost 写明。"
            )
    else:
        address = judged_address(host, url.port or _PORTS[name], allow_hosts)
        # The judged address is the one that is connected to: no second look-up.
        arguments["hostaddr" if name == "postgresql" else "host"] = address
    try:
        return create_engine(url, poolclass=NullPool, connect_args=arguments)
    except SQLAlchemyError as error:
        raise SettingsMalformed("数据库地址有误，请核对。", fields={"url": "写法有误"}) from error


def _url(written: str) -> URL:
    try:
        url = make_url(written)
        driver = _DRIVERS[url.drivername.partition("+")[0]]
    except (ArgumentError, KeyError, ValueError) as error:
        raise SettingsMalformed(
            "数据库地址应以 postgresql://、mysql:// 或 mariadb:// 开头。", fields={"url": "写法有误"}
        ) from error
    if url.password:
        raise SettingsMalformed(
            "数据库地址中不要写口令：用 secret 写口令名称，口令放在环境变量或口令文件中。",
            fields={"url": "含有口令"},
        )
    allowed = {"charset", "host", "unix_socket", "sslmode", "ssl_ca"}
    if unknown := sorted(set(url.query) - allowed):
        raise SettingsMalformed(f"数据库地址中不能用参数“{unknown[0]}”。", fields={"url": "参数有误"})
    if bool(url.host) == bool({"host", "unix_socket"} & set(url.query)):
        raise SettingsMalformed(
            "数据库地址中要写主机，或者写本机套接字，只写一种。", fields={"url": "主机有误"}
        )
    return url.set(drivername=driver)


def _postgresql(host: str) -> dict[str, Any]:
    limits = f"-c default_transaction_read_only=on -c statement_timeout={_STATEMENT_SECONDS * 1000}"
    return {"connect_timeout": 15, "options": limits} | ({"host": host} if host.startswith("/") else {})


def _mysql() -> dict[str, Any]:
    return {
        "connect_timeout": 15,
        "read_timeout": _STATEMENT_SECONDS,
        "init_command": "SET SESSION TRANSACTION READ ONLY",
        "local_infile": False,
    }


def _rows_of(settings: Mapping[str, Any]) -> FromClause:
    named, asked = settings.get("table"), settings.get("query")
    if bool(named) == bool(asked):
        raise SettingsMalformed(
            "请写明表名（table）或查询语句（query），二者选一。", fields={"table": "二选一"}
        )
    return _named(str(named)) if named else _subquery(str(asked))


def _subquery(asked: str) -> Subquery:
    """Within brackets only a SELECT can stand: nothing that changes, and no second statement."""
    bare = asked.strip().rstrip(";").rstrip()
    if not re.match(r"(?is)(?:select|with)\b", bare) or ";" in bare:
        raise SettingsMalformed("查询语句须是一条 SELECT。", fields={"query": "不是一条 SELECT"})
    return text(bare.replace(":", r"\:")).columns().subquery("rows_of_source")


def _named(name: str) -> FromClause:
    if not _NAME.fullmatch(name):
        raise SettingsMalformed(f"表名“{name[:60]}”写法有误。", fields={"table": "写法有误"})
    schema, _, bare = name.rpartition(".")
    return table(bare, schema=schema or None)


def _child(name: str, one: Any) -> tuple[FromClause, ColumnElement[Any], ColumnElement[Any]]:
    if not isinstance(one, Mapping) or not one.get("table") or not one.get("of"):
        raise SettingsMalformed(f"附表“{name}”要写明 table（表名）和 of（指向主表主键的列）。")
    of: ColumnElement[Any] = column(str(one["of"]))
    return _named(str(one["table"])), of, column(str(one["order"])) if one.get("order") else of


def _mapping(settings: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    given = settings.get(name) or {}
    if not isinstance(given, Mapping):
        raise SettingsMalformed(f"“{name}”应是名称与设置的对应。")
    return given


def _comparable(key: Any) -> int | str:
    if isinstance(key, bool) or not isinstance(key, int | str | UUID | datetime | date):
        plainly = plain(key)
        if not isinstance(plainly, int | str):
            raise SettingsMalformed("主键列须是整数或文字。", fields={"key": "类型不合适"})
        return plainly
    return key if isinstance(key, int | str) else str(key)


def _away(error: DBAPIError) -> SourceAway | SettingsMalformed:
    said = str(error.orig).strip().splitlines()[0][:200] if error.orig else ""
    if error.connection_invalidated or "connect" in said.lower() or "denied" in said.lower():
        return SourceAway(f"数据库没有接受连接（{said}），请核对地址、账号、口令和网络。")
    return SettingsMalformed(f"数据库不接受这项设置：{said}")
