"""What may be wrong when searching or indexing.

RongshuError
├── InvalidInput      ← BeyondWindow       search-beyond-window: paged further than an engine goes
│                     ← CursorUnknown      search-cursor-unknown: no page was ever marked so
│                     ← VocabularyMalformed  search-vocabulary-malformed: words that can't be kept
│                     ← QueryTooLong       search-query-too-long: more words than an engine takes
│                     ← TooManyHotWords    search-too-many-hot-words: more than a page shows
├── NotAllowed        ← ApiKeyRefused      api-key-refused: no such key, or it was taken back (401)
├── NotFound          ← UnknownApiKey      api-key-not-found
│                     ← PageUnknown        search-page-not-found: an interface's `after` leads nowhere
├── Conflict          ← GenerationServing  search-generation-serving: readers are in it
├── Refusal           ← QuotaExceeded      api-quota-exceeded: asked too often (429)
├── Unavailable       ← EngineUnavailable  search-unavailable: the engine can't be reached
└── Misconfigured     ← UnknownEngine      search-url-unknown: SEARCH_URL names no engine
"""

from __future__ import annotations

from rongshu.foundation.errors import (
    Conflict,
    InvalidInput,
    Misconfigured,
    NotAllowed,
    NotFound,
    Refusal,
    Unavailable,
)


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


class TooManyHotWords(InvalidInput):
    """More hot words than a page shows, or more hidden ones than anybody reads."""

    code = "search-too-many-hot-words"
    sentence = "热词太多：展示的最多 8 个，不展示的最多 500 个。"


class ApiKeyRefused(NotAllowed):
    """No key was given, none such exists, or it was taken back."""

    code = "api-key-refused"
    status = 401
    sentence = "接口密钥无效。请在请求头 Authorization: Bearer 后填写平台发放的密钥。"


class QuotaExceeded(Refusal):
    """A key asked more often than it may; `retry_after` in seconds."""

    code = "api-quota-exceeded"
    status = 429
    sentence = "调用过于频繁，请稍后再试。"

    def __init__(self, sentence: str | None = None, *, retry_after: int) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class PageUnknown(NotFound):
    """The mark of a page that an application sent leads nowhere, or further than an engine goes."""

    code = "search-page-not-found"
    sentence = "没有这一页，请从第一页重新检索。"


class UnknownApiKey(NotFound):
    """No such key."""

    code = "api-key-not-found"
    sentence = "没有找到这个接口密钥。"


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


class VocabularyMalformed(InvalidInput):
    """Words, or what is promoted, can't be kept as they are."""

    code = "search-vocabulary-malformed"
    sentence = "词汇没有保存，请按各项提示修改。"


class SemanticsMissing(Misconfigured):
    """The optional stage by meaning is asked for and not installed."""

    code = "search-semantics-missing"
    sentence = "没有安装语义检索组件，请在安装榕树的环境中运行 pip install 'rongshu[semantic]' 后再试。"
