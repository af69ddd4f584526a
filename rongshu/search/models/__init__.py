"""What is true of the index, its vocabulary and its use, by noun."""

from rongshu.search.models.indexing import IndexBuild, ReadAttachment

__all__ = ["IndexBuild", "ReadAttachment"]
