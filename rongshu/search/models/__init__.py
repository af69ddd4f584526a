"""What is true of the index, its vocabulary and its use, by noun."""

from rongshu.search.models.indexing import IndexBuild, ReadAttachment
from rongshu.search.models.keys import ApiKey, ApiKeyUse
from rongshu.search.models.learning import HotWord, QueryCount
from rongshu.search.models.vocabulary import Promotion, VocabularyEntry

__all__ = [
    "ApiKey",
    "ApiKeyUse",
    "HotWord",
    "IndexBuild",
    "Promotion",
    "QueryCount",
    "ReadAttachment",
    "VocabularyEntry",
]
