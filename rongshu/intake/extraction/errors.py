"""Refusals of the extractor."""

from rongshu.foundation.errors import InvalidInput


class PageRefused(InvalidInput):
    """A page the extractor will not read."""

    code = "page-refused"
    sentence = "这个页面无法读取。"


class PageTooLarge(PageRefused):
    """The page is longer than the extractor reads."""

    code = "page-too-large"
    sentence = "页面超过 20 MB，不作为网页读取；如果它是文件，请按附件导入。"


class PageTooComplex(PageRefused):
    """The page has more elements, or nests them deeper, than any document people wrote."""

    code = "page-too-complex"
    sentence = "页面的标签过多或嵌套过深，无法读取；请把正文另存为普通网页后再导入。"


class PageUnreadable(PageRefused):
    """The bytes are no HTML text: a picture, an archive, a binary file."""

    code = "page-unreadable"
    sentence = "内容不是网页文本；如果它是文件，请按附件导入。"
