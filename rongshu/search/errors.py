"""What may be wrong when searching or indexing.

RongshuError
├── InvalidInput      ← BeyondWindow       search-beyond-window: paged further than an engine goes
├── Unavailable       ← EngineUnavailable  search-unavailable: the engine can't be reached
└── Misconfigured     ← UnknownEngine      search-url-unknown: SEARCH_URL names no engine
"""

from __future__ import annotations

from rongshu.foundation.errors import InvalidInput, Misconfigured, Unavailable


class BeyondWindow(InvalidInput):
    """Results are paged to the ten-thousandth at most."""

    code = "search-beyond-window"
    sentence = "最多可翻阅前一万条结果，请增加检索词或筛选条件缩小范围。"


class EngineUnavailable(Unavailable):
    """The engine can't be reached, or holds no index yet."""

    code = "search-unavailable"
    sentence = "检索服务暂时不可用，请稍后再试。"


class UnknownEngine(Misconfigured):
    """`SEARCH_URL` is neither empty nor the address of an OpenSearch."""

    code = "search-url-unknown"
    sentence = "SEARCH_URL 的写法不对：留空使用内置引擎，或写 opensearch://主机:端口/前缀。"
