"""Why an uploaded or fetched file is refused.

FileRefused
├── FileEmpty · FileTooLarge · FileTypeNotAllowed
├── FileDisguised       says one thing, is another: an executable, a script, a page
├── SvgNotAllowed       may carry script
├── ArchiveDangerous    bomb, traversal, overlapping or endless nesting
└── FileInfected        the virus scanner says so
"""

from rongshu.foundation.errors import InvalidInput


class FileRefused(InvalidInput):
    """The file can't be stored; `fields["file"]` says why."""

    code = "file-refused"
    sentence = "这个文件不能上传，请更换后重试。"

    def __init__(self, reason: str = "") -> None:
        super().__init__(fields={"file": reason or self.sentence})


class FileEmpty(FileRefused):
    """Zero bytes."""

    code = "file-empty"
    sentence = "文件是空的，请检查原文件后重新上传。"


class FileTooLarge(FileRefused):
    """Larger than its kind may be."""

    code = "file-too-large"
    status = 413
    sentence = "文件超过大小限制，请压缩或拆分后重新上传。"


class FileTypeNotAllowed(FileRefused):
    """Content of a kind that is not on the list."""

    code = "file-type-not-allowed"
    status = 415
    sentence = "不支持这种文件，请转换为 PDF、OFD、Office 文档、常见图片、音视频或 ZIP 后上传。"


class FileDisguised(FileRefused):
    """Content that runs, or two kinds of content in one file."""

    code = "file-disguised"
    status = 415
    sentence = "文件内容与类型不符，其中含有程序、脚本或网页代码，请用原软件重新另存后上传。"


class SvgNotAllowed(FileRefused):
    """SVG may carry script."""

    code = "svg-not-allowed"
    status = 415
    sentence = "不接受 SVG 图片（可能含有脚本），请另存为 PNG 后上传。"


class ArchiveDangerous(FileRefused):
    """An archive that would unpack too large, too deep or outside its folder."""

    code = "archive-dangerous"
    sentence = "压缩包不安全（解压后过大、层数过多、含有程序或越界路径），请整理后重新打包上传。"


class FileInfected(FileRefused):
    """The virus scanner recognised it."""

    code = "file-infected"
    sentence = "文件未通过病毒检查，请在查杀后重新上传。"
