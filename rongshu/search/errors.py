"""What may be wrong when searching or indexing.

RongshuError
├── InvalidInput      ← BeyondWindow       search-beyond-window: paged further than an engine goes
│                     ← CursorUnknown      search-cursor-unknown: no page was ever marked so
│                     ← QueryTooLong       search-query-too-long: more words than an engine takes
├── Conflict          ← GenerationServing  search-generation-serving: readers are in it
├── Unavailable       ← EngineUnavailable  search-unavailable: the engine can't be reached
└── Misconfigured     ← UnknownEngine      search-url-unknown: SEARCH_URL names no engine
"""

from __future__ import annotations

from rongshu.foundation.errors import Conflict, InvalidInput, Misconfigured, Unavailable


class BeyondWindow(InvalidInput):
    """Results are paged to the ten-thousandth at most."""

    code = "search-beyond-window"
    sentence = "最多可翻阅前一万条结果，请增加检索词或筛选条件缩小范围。"


class CursorUnknown(InvalidInput):
    """`after` is not what an earlier answer said."""

    code = "search-cursor-unknown"
    sentence = "翻页标记无效，请从第一页重新检索。"


class QueryTooLong(InvalidInput):
    """More words than an engine takes in one query."""

    code = "search-query-too-long"
    sentence = "检索内容太长，请只保留关键的词语。"


class GenerationServing(Conflict):
    """The generation of the index that readers are in can't be dropped."""

    code = "search-generation-serving"
    sentence = "这一代索引正在使用，不能删除；请先切换到另一代。"


class EngineUnavailable(Unavailable):
    """The engine can't be reached, or holds no index yet."""

    code = "search-unavailable"
    sentence = "检索服务暂时不可用，请稍后再试。"


class UnknownEngine(Misconfigured):
    """`SEARCH_URL` is neither empty nor the address of an OpenSearch."""

    code = "search-url-unknown"
    sentence = "SEARCH_URL 的写法不对：留空使用内置引擎，或写 opensearch://主机:端口/前缀。"
