"""What can be wrong with a run as a whole; what is wrong with one address is a listed reason."""

from __future__ import annotations

from rongshu.foundation.errors import Conflict, InvalidInput, NotFound


class SourceNotReadable(InvalidInput):
    """The source is neither a reachable address nor a folder."""

    code = "source-not-readable"
    sentence = "来源无法读取：请给出以 http:// 或 https:// 开头的网址，或一个存有网页的文件夹。"


class RunNotFound(NotFound):
    """No such run."""

    code = "intake-run-not-found"
    sentence = "没有这个采集任务，请核对编号（rongshu intake list）。"


class RunInProgress(Conflict):
    """Another process is working on this run."""

    code = "intake-run-in-progress"
    sentence = "这个采集任务正由另一个进程执行，请等它结束或停止后再继续。"


class NotAnArticle(InvalidInput):
    """The page has no article."""

    code = "not-an-article"
    sentence = "这个页面不是文章页。"
