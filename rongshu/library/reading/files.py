"""Any file as a document: the kind is told by its content, its name only helps."""

from __future__ import annotations

from typing import Final

from charset_normalizer import from_bytes

from rongshu.library.reading.document import Document, Hindrance
from rongshu.library.reading.documents import read_pdf, read_sheets, read_word
from rongshu.library.reading.layouts import read_ofd, read_slides
from rongshu.library.reading.limits import LARGEST_FILE, LONGEST_TEXT
from rongshu.library.reading.old_word import read_old_word
from rongshu.library.reading.rich_text import read_rich_text
from rongshu.library.reading.web_pages import read_web_page

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")
_RECORDINGS: Final = (b"\x1aE\xdf\xa3", b"ID3", b"\xff\xfb", b"\xff\xf3", b"OggS")


def read_file(content: bytes, name: str = "") -> Document:
    """Return the document; a file that cannot be read is a document with the hindrance that says why."""
    if len(content) > LARGEST_FILE:
        sentence = f"请拆分或压缩{name or '文件'}：超过 {LARGEST_FILE // 1024 // 1024} MB，未检查"
        return Document("", hindrances=[Hindrance("too-large", sentence, name)], name=name)
    document = _read(content, name or "文件")
    document.name = name
    return document


def is_picture(content: bytes) -> bool:
    """Whether the content is a picture, whose words only OCR can read."""
    return content.startswith(_PICTURES)


def is_recording(content: bytes) -> bool:
    """Whether the content is a video or a sound, which holds no text: MP4, WebM, MP3 or Ogg."""
    return content[4:8] == b"ftyp" or content.startswith(_RECORDINGS)


def _read(content: bytes, name: str) -> Document:
    ending = name.rpartition(".")[2].lower()
    if content.startswith(b"%PDF"):
        return _checked(read_pdf(content, name), name, ending, {"pdf"})
    if content.startswith(b"PK\x03\x04"):
        return _read_archive(content, name, ending)
    if content.startswith(_OLE):
        return _old_office(content, name, ending)
    if content.startswith(b"{\\rtf"):
        return _checked(read_rich_text(content, name), name, ending, {"rtf", "doc", "wps"})
    if is_picture(content) or is_recording(content):
        return Document("")
    return _read_text(content, name, ending)


def _read_text(content: bytes, name: str, ending: str) -> Document:
    if b"\0" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Document(
            "", hindrances=[Hindrance("unreadable", f"请重新上传：{name}不是可以检查的文件", name)]
        )
    text = decoded(content)
    if ending in {"htm", "html", "xhtml", "shtml"} or text[:600].lstrip("\ufeff \r\n\t").lower().startswith(
        ("<!doctype html", "<html", "<?xml", "<body", "<div", "<p>", "<p ", "<article")
    ):
        return read_web_page(text.lstrip("\ufeff"))
    return _shortened(text, name)


def _read_archive(content: bytes, name: str, ending: str) -> Document:
    if b"word/document.xml" in content:
        return _checked(read_word(content, name), name, ending, {"docx", "docm", "wps"})
    if b"xl/workbook.xml" in content or b"xl/worksheets" in content:
        return _checked(read_sheets(content, name), name, ending, {"xlsx", "xlsm", "et"})
    if b"ppt/presentation.xml" in content:
        return _checked(read_slides(content, name), name, ending, {"pptx", "pptm", "ppsx", "dps"})
    if b"OFD.xml" in content:
        return _checked(read_ofd(content, name), name, ending, {"ofd"})
    from rongshu.library.reading.archives import hindrances_of  # noqa: PLC0415

    found = list(hindrances_of(content, name))
    return Document(
        "", hindrances=found or [Hindrance("unreadable", f"请解压后逐个上传：{name}未检查", name)]
    )


def _checked(document: Document, name: str, ending: str, endings: set[str]) -> Document:
    if ending and "." in name and ending not in endings:
        document.hindrances.append(Hindrance("mismatch", f"请核实{name}：内容与扩展名不符", name))
    return document


def _old_office(content: bytes, name: str, ending: str) -> Document:
    """Formats before 2007; macros are told by the names they lie under."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return Document("", hindrances=[Hindrance("encrypted", f"请上传未加密的文件：{name}", name)])
    document = _read_old_office(content, name, ending)
    # Macros are named, never run; what the cells and paragraphs say is read as in the newer formats.
    if "_VBA_PROJECT".encode("utf-16-le") in content or "Macros".encode("utf-16-le") in content:
        document.hindrances.append(Hindrance("macros", f"请去除宏后重新上传：{name}", name))
    return document


def _read_old_office(content: bytes, name: str, ending: str) -> Document:
    from rongshu.library.reading.old_slides import read_old_slides  # noqa: PLC0415 - only when needed
    from rongshu.library.reading.old_workbook import read_old_workbook  # noqa: PLC0415

    if (workbook := read_old_workbook(content, name)) is not None:
        return _checked(workbook, name, ending, {"xls", "et"})
    if (document := read_old_word(content, name)) is not None:
        return _checked(document, name, ending, {"doc", "dot", "wps", "wpt"})
    if (slides := read_old_slides(content, name)) is not None:
        return _checked(slides, name, ending, {"ppt", "pps", "dps", "dpt"})
    sentence = f"请另存为 docx、xlsx、pptx 或 PDF 后上传：{name}未检查"
    return Document("", hindrances=[Hindrance("unreadable", sentence, name)])


def decoded(content: bytes) -> str:
    """Return the text of bytes: UTF-8, UTF-16 with mark, GB 18030, or the best guess."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    best = from_bytes(content[:100_000]).best()
    return content.decode(best.encoding if best else "utf-8", "replace")


def _shortened(text: str, name: str) -> Document:
    if len(text) <= LONGEST_TEXT:
        return Document(text)
    sentence = f"请拆分{name}后检查：只检查了前 {LONGEST_TEXT} 个字符"
    return Document(text[:LONGEST_TEXT], hindrances=[Hindrance("too-large", sentence, name)])
