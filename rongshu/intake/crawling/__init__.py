"""Reading a whole site, live or saved: polite, bounded, restartable; pure of Django.

Owns addresses, fetching, the frontier's protocol and the guard against inner networks. Does not decide what
an article is (extraction does) and stores nothing but the files it is asked for (the run does).
"""

from .addresses import Scope, canonical, identity
from .crawler import (
    CrawledArticle,
    Crawler,
    FoundAlias,
    Refusal,
)
from .errors import FetchRefused
from .fetching import Fetched, FetchedFile, Fetcher, Fields, KnownFile
from .folder import FolderSource
from .frontier import Frontier, MemoryFrontier, Queued, Visit, VisitKind
from .joining import joined, without_sessions
from .pacing import Politeness
from .saved import SavedPage, read_saved, write_saved
from .source import SiteSource, Source
from .warc import WarcSource, holds_archives, lies_here

__all__ = [
    "CrawledArticle",
    "Crawler",
    "FetchRefused",
    "Fetched",
    "FetchedFile",
    "Fetcher",
    "Fields",
    "FolderSource",
    "FoundAlias",
    "Frontier",
    "KnownFile",
    "MemoryFrontier",
    "Politeness",
    "Queued",
    "Refusal",
    "SavedPage",
    "Scope",
    "SiteSource",
    "Source",
    "Visit",
    "VisitKind",
    "WarcSource",
    "canonical",
    "holds_archives",
    "identity",
    "joined",
    "lies_here",
    "read_saved",
    "without_sessions",
    "write_saved",
]
