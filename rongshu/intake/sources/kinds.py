"""The kinds of sources there are. What reads one is imported when the first of its kind is opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final

from .port import RecordSource, Setting, SourceKind, register_source

CRAWL: Final = "crawl"
_CRAWL: Final = (
    Setting("source", "网址", "旧网站的网址；或服务器上存有网页的文件夹、WARC 文件", is_needed=True),
    Setting("rate", "每秒请求数", "默认 5，0 为不限"),
)
_DATABASE: Final = (
    Setting(
        "url",
        "数据库地址",
        "postgresql://用户@主机:端口/库 或 mysql://用户@主机:端口/库，不写口令",
        is_needed=True,
    ),
    Setting("secret", "口令名称", "口令放在环境变量 RONGSHU_SOURCE_名称，或数据目录 secrets/名称"),
    Setting("table", "表名", "表或视图；与查询语句二选一"),
    Setting("query", "查询语句", "一条 SELECT"),
    Setting("key", "主键列", "每行不同、不为空的一列", is_needed=True),
    Setting("children", "附表", "每行另带的明细，例如附件表：{名称: {table, of, order}}"),
)
_FILE: Final = (
    Setting("path", "文件", "XML、Excel（xlsx、xls）、CSV、JSON、JSON 行文件", is_needed=True),
    Setting("format", "格式", "xml、xlsx、xls、csv、json、jsonl；不写则按内容辨认"),
    Setting("key", "主键字段", "每条不同的字段；不写则以内容为准，改动过的算新的一条"),
    Setting("records", "记录所在", "XML 为记录元素名，JSON 为列表所在的路径；不写则自动寻找"),
    Setting("sheet", "工作表", "Excel 工作表名称；不写为第一张"),
)
_LIST: Final = (
    Setting("url", "列表接口地址", "{page} 页码；{start}、{end} 起止条数；{size} 每页条数", is_needed=True),
    Setting("form", "提交的表单", "名称与值的对应，可用 {page} 等；写了即以 POST 提交"),
    Setting("json", "提交的 JSON", "同上，以 JSON 提交"),
    Setting("headers", "请求头", "名称与值的对应"),
    Setting("first", "首页页码", "默认 1"),
    Setting("size", "每页条数", "默认 20"),
    Setting("each", "逐个列表", "几个列表一并读取：每项的值可用于地址，并在记录中以 list.名称 取用"),
    Setting("records", "记录所在", "JSON 为路径，XML 为元素名；不写则自动寻找"),
    Setting("total", "总数所在", "路径；不写则读到没有新记录为止"),
    Setting("key", "主键字段", "每条不同的字段；不写则用记录的网址或内容"),
    Setting("detail", "详情", "{url, record}：接口返回；{page}：网页，自动提取"),
    Setting("rate", "每秒请求数", "默认 5，0 为不限"),
)


def _database(settings: Mapping[str, Any], hosts: Sequence[str]) -> AbstractContextManager[RecordSource]:
    from .database import open_database  # noqa: PLC0415 - SQLAlchemy takes a while to load

    return open_database(settings, hosts)


def _file(settings: Mapping[str, Any], hosts: Sequence[str]) -> AbstractContextManager[RecordSource]:
    from .files import open_file  # noqa: PLC0415 - so do the readers of workbooks

    return open_file(settings, hosts)


def _list(settings: Mapping[str, Any], hosts: Sequence[str]) -> AbstractContextManager[RecordSource]:
    from .list_api import open_list  # noqa: PLC0415 - and the HTTP client

    return open_list(settings, hosts)


register_source(SourceKind(CRAWL, "网站采集", _CRAWL, None))
register_source(SourceKind("database", "数据库", _DATABASE, _database))
register_source(SourceKind("file", "文件", _FILE, _file))
register_source(SourceKind("list-api", "列表接口", _LIST, _list))
