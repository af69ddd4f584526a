"""Files an article links to: by extension, by download scripts, in the body and in the area beside it."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from .addresses import FILE_EXTENSIONS, absolute, extension, file_name
from .furniture import ATTACHMENT_AREA
from .lines import squeeze
from .results import Attachment

_DOWNLOAD = re.compile(
    r"(?:^|/)(?:down(?:load|file|load_?file|filebyid|loadattach\w*)?|attach(?:ment)?(?:down(?:load)?)?|filedown(?:load)?|getfile|openfile)"
    r"(?:\.(?:jsp|do|action|aspx?|php|ashx|htm|vsb))?(?:[/?;]|$)|[?&](?:attach(?:ment)?_?id|fileid|file_?name|wbfileid|filepath)=|virtual_attach_file",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"""["']([^"']{3,500})["']""")
_SAYS_NOTHING = re.compile(
    r"^(?:点击|立即|附件|文件|请|此处|这里|查看|下载|浏览|打开|\s|\[|\]|【|】|\(|\)|（|）|:|：|>|»|↓)*$"
)
_FURNITURE_FILES = re.compile(r"player|adobe|reader|flash|plugin|浏览器|阅读器下载|app下载", re.IGNORECASE)


def find_attachments(regions: list[HtmlElement], base: str | None) -> list[Attachment]:
    """The files linked below the regions, each address once, in reading order of each."""
    found: dict[str, Attachment] = {}
    for link in (link for region in regions for link in region.iter("a")):
        url = attachment_url(link, base)
        if url and url not in found:
            name = _name(link, url)
            if not _FURNITURE_FILES.search(name):
                found[url] = Attachment(name, url)
    return list(found.values())


def attachment_url(link: HtmlElement, base: str | None) -> str | None:
    """The address of the file a link leads to, None when it leads to a page."""
    for written in _addresses(link):
        url = absolute(base, written)
        if url and is_file_address(url):
            return url
        if url and (link.get("download") is not None or _named_as_file(link)):
            return url
    return None


def is_file_address(url: str) -> bool:
    """By its extension or the name of what answers it, an address of a file."""
    return extension(url) in FILE_EXTENSIONS or bool(_DOWNLOAD.search(url.split("://", 1)[-1]))


def _addresses(link: HtmlElement) -> Iterator[str]:
    href = link.get("href") or ""
    if href and not href.strip().lower().startswith(("javascript:", "#")):
        yield href
        return
    for script in (href, link.get("onclick") or ""):
        yield from (
            text
            for text in _QUOTED.findall(script)
            if extension(text) in FILE_EXTENSIONS and not _is_title(text)
        )


def _is_title(text: str) -> bool:
    """In downFile('/upload/1.doc','关于….doc') the second argument is the name."""
    return "/" not in text and any(char > "\x7f" for char in text)


def _named_as_file(link: HtmlElement) -> bool:
    """The text says 附件.doc while the address is an opaque number."""
    text = squeeze(link.text_content())[-80:]
    return extension(text) in FILE_EXTENSIONS and not text.startswith(("http", "www"))


def _name(link: HtmlElement, url: str) -> str:
    text = squeeze(link.text_content())
    if text and not _SAYS_NOTHING.match(text) and not text.startswith(("http://", "https://")):
        return text[:300]
    for attribute in ("title", "download", "oldsrc", "appendix"):
        if (value := squeeze(link.get(attribute) or "")) and not _SAYS_NOTHING.match(value):
            return value[:300]
    before = squeeze(link.tail or "") if text else ""
    return (_text_before(link) or before or file_name(url) or text or "附件")[:300]


def _text_before(link: HtmlElement) -> str:
    """附件1：申报表 [下载] — the text of the same block in front of a link that only says “download”."""
    previous = link.getprevious()
    parent = link.getparent()
    written = previous.tail if previous is not None else (parent.text if parent is not None else None)
    text = squeeze(written or "").strip("[【(（:： ")
    return text if len(text) > 3 and not _SAYS_NOTHING.match(text) else ""


def attachment_areas(region: HtmlElement) -> list[HtmlElement]:
    """Elements below `region` whose id or class says that they list files."""
    return [
        element
        for element in region.iter()
        if element.attrib
        and ATTACHMENT_AREA.search(f"{element.get('class') or ''} {element.get('id') or ''}")
    ]
