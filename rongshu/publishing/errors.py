"""What can go wrong while pages are made and written."""

from __future__ import annotations

from rongshu.foundation.errors import Conflict, NotFound, Unavailable


class PublisherBusy(Conflict):
    """Another publisher holds a site that was to be published."""

    code = "publisher-busy"
    sentence = "另一个发布进程正在发布这个站点，本次没有改动任何文件；请等它结束，或加 --wait 等候。"


class TreeUnwritable(Unavailable):
    """The file system refuses: full, read-only, or not ours."""

    code = "tree-unwritable"
    sentence = "发布目录无法写入（磁盘已满或没有权限）。未完成的页面仍在待发布队列中，腾出空间后会自动继续。"


class PagesFailed(Unavailable):
    """Some pages could not be made; they stay in the work."""

    code = "pages-failed"
    sentence = "部分页面未能生成，已保留在待发布队列中；请查看日志，排除原因后重新运行 rongshu publish。"


class FileMissing(NotFound):
    """The store does not hold a file a page refers to."""

    code = "stored-file-missing"
    sentence = "文件库中缺少页面引用的文件，请运行 rongshu doctor 检查文件库。"
