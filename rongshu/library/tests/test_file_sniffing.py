"""A file is what its bytes say; what runs, hides or explodes is refused, and nothing else is."""

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from rongshu.library.file_errors import (
    ArchiveDangerous,
    FileDisguised,
    FileEmpty,
    FileInfected,
    FileRefused,
    FileTooLarge,
    FileTypeNotAllowed,
    SvgNotAllowed,
)
from rongshu.library.file_names import safe_file_name
from rongshu.library.file_sniffing import sniff


def picture(format_: str = "PNG", size: tuple[int, int] = (4, 3)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "red").save(buffer, format_)
    return buffer.getvalue()


def zipped(entries: Mapping[str, bytes | str], *, stored: bool = False) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def compound_file(*streams: str) -> bytes:
    names = b"".join(stream.encode("utf-16-le").ljust(128, b"\x00") for stream in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\x00") + names


PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
DOCX = zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w:document/>"})
ODT = zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"})

ACCEPTED: list[tuple[str, bytes, str, str]] = [
    ("图.png", picture(), "image", "image/png"),
    ("图.jpeg", picture("JPEG"), "image", "image/jpeg"),
    ("图.gif", picture("GIF"), "image", "image/gif"),
    ("图.webp", picture("WEBP"), "image", "image/webp"),
    ("图.bmp", picture("BMP"), "image", "image/bmp"),
    ("图.tif", picture("TIFF"), "image", "image/tiff"),
    ("文.pdf", PDF, "document", "application/pdf"),
    ("文.pdf", b"\xef\xbb\xbf\r\n" + PDF, "document", "application/pdf"),
    ("文.docx", DOCX, "document", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("文.ofd", zipped({"OFD.xml": "<OFD/>", "Doc_0/Document.xml": "<D/>"}), "document", "application/ofd"),
    ("文.odt", ODT, "document", "application/vnd.oasis.opendocument.text"),
    ("文.doc", compound_file("Root Entry", "WordDocument"), "document", "application/msword"),
    ("文.wps", compound_file("Root Entry", "WordDocument"), "document", "application/msword"),
    ("表.xls", compound_file("Root Entry", "Workbook"), "document", "application/vnd.ms-excel"),
    ("文.rtf", b"{\\rtf1\\ansi text}", "document", "application/rtf"),
    ("包.zip", zipped({"说明.txt": "正文", "网页/a.html": "<p>"}), "archive", "application/zip"),
    ("包.rar", b"Rar!\x1a\x07\x01\x00" + bytes(40), "archive", "application/vnd.rar"),
    ("包.gz", gzip.compress("正文".encode() * 100, mtime=0), "archive", "application/gzip"),
    ("声.mp3", b"ID3\x04" + bytes(60), "audio", "audio/mpeg"),
    ("声.mp3", b"\xff\xfb\x90\x64" + bytes(60), "audio", "audio/mpeg"),
    ("影.mp4", b"\x00\x00\x00\x18ftypisom" + bytes(60), "video", "video/mp4"),
    ("影.mov", b"\x00\x00\x00\x18ftypqt  " + bytes(60), "video", "video/quicktime"),
    ("表.csv", "名称,数量\n甲,1\n".encode("gb18030"), "text", "text/csv"),
    ("文.txt", "MZ 开头的文字，提到 <html> 与 javascript: 也只是文字".encode(), "text", "text/plain"),
    ("文.txt", "正文".encode("utf-16"), "text", "text/plain"),
    ("数.json", b'{"body": "<img src=x>"}', "text", "application/json"),
    ("数.xml", b"<?xml version='1.0'?><list><head/><meta a='1'/></list>", "text", "application/xml"),
]


@pytest.mark.requirement("P3-06")
@pytest.mark.parametrize(("name", "content", "kind", "media_type"), ACCEPTED)
def test_what_we_store_is_recognised(
    name: str, content: bytes, kind: str, media_type: str, tmp_path: Path
) -> None:
    found = sniff(content, name=name)
    assert (found.kind, found.media_type, found.safe_name, found.flags) == (kind, media_type, name, ())
    (tmp_path / "file").write_bytes(content)
    assert sniff(tmp_path / "file", name=name) == found


PE = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(56) + b"PE\x00\x00" + bytes(100)
REFUSED: list[tuple[str, bytes, type[FileRefused]]] = [
    ("空.pdf", b"", FileEmpty),
    ("照片.jpg", PE, FileDisguised),
    ("文件.pdf", b"\x7fELF\x02\x01\x01" + bytes(60), FileDisguised),
    ("文件.pdf", b"\xcf\xfa\xed\xfe" + bytes(60), FileDisguised),
    ("文件.doc", b"#!/bin/sh\nrm -rf /\n", FileDisguised),
    ("图.gif", b"<html><script>alert(1)</script>", FileDisguised),
    ("表.xls", b"<table><tr><td><img src=x onerror=alert(1)>", FileDisguised),
    ("表.xls", "<html xmlns:x='urn'><body>".encode("utf-16"), FileDisguised),
    ("图.gif", b"GIF89a\x01\x00\x01\x00\x00\x00\x00<script>alert(1)</script>", FileDisguised),
    ("图.png", picture() + zipped({"a.class": b"x"}), FileDisguised),
    (
        "图.jpg",
        picture("JPEG")[:2] + b"\xff\xfe\x00\x20<?php system($_GET[0]);?>" + picture("JPEG")[2:],
        FileDisguised,
    ),
    ("文.pdf", b"%PDF-1.4\n<script>alert(1)</script>", FileDisguised),
    ("文.pdf", PDF + zipped({"a.txt": b"x"}), FileDisguised),
    ("文.txt", b"<!DOCTYPE html><p>x", FileDisguised),
    (
        "数.xml",
        b"<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>1</x:script>",
        FileDisguised,
    ),
    ("页.html", b"<p>x</p>", FileDisguised),
    ("宏.vbs", b"MsgBox 1", FileDisguised),
    ("图.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", SvgNotAllowed),
    (
        "图.svg",
        b"<?xml version='1.0'?><!-- x --><svg:svg xmlns:svg='http://www.w3.org/2000/svg'/>",
        SvgNotAllowed,
    ),
    ("程序.apk", zipped({"AndroidManifest.xml": b"x", "classes.dex": b"x"}), FileDisguised),
    ("程序.zip", zipped({"META-INF/MANIFEST.MF": b"x", "A.class": b"x"}), FileDisguised),
    ("安装.doc", compound_file("Root Entry", "\u4840\u3f3f"), FileTypeNotAllowed),
    ("未知.bin", bytes(range(256)) * 8, FileTypeNotAllowed),
    ("图.png", picture()[:20], FileTypeNotAllowed),
    ("包.zip", b"PK\x03\x04" + bytes(100), ArchiveDangerous),
    ("包.zip", zipped({"../../etc/passwd": b"x"}), ArchiveDangerous),
    ("包.zip", zipped({"C:\\windows\\a.txt": b"x"}), ArchiveDangerous),
    ("包.zip", zipped({"/etc/passwd": b"x"}), ArchiveDangerous),
    ("包.zip", zipped({"照片\u202egpj.exe": b"x"}), ArchiveDangerous),
    ("包.zip", zipped({"安装.exe": PE}), ArchiveDangerous),
]


@pytest.mark.requirement("P3-06")
@pytest.mark.parametrize(("name", "content", "error"), REFUSED)
def test_what_runs_or_hides_is_refused(name: str, content: bytes, error: type[FileRefused]) -> None:
    with pytest.raises(FileRefused) as refusal:
        sniff(content, name=name)
    assert type(refusal.value) is error
    assert refusal.value.fields["file"]


def test_a_zip_bomb_is_refused_by_its_directory() -> None:
    with pytest.raises(ArchiveDangerous):
        sniff(zipped({"bomb.txt": bytes(80 * 1024**2)}), name="包.zip")


def test_overlapping_entries_are_refused() -> None:
    content = bytearray(zipped({f"{number}.txt": b"x" * 50 for number in range(4)}, stored=True))
    first = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", first + 4)
    content[second + 42 : second + 46] = struct.pack("<I", 10)  # its local header lies inside the first entry
    with pytest.raises(ArchiveDangerous):
        sniff(bytes(content), name="包.zip")


def test_archives_nest_two_deep_and_no_deeper() -> None:
    content = zipped({"说明.txt": "正文"})
    for _ in range(2):
        content = zipped({"内.zip": content})
    assert sniff(content, name="包.zip").kind == "archive"
    with pytest.raises(ArchiveDangerous):
        sniff(zipped({"内.zip": content}), name="包.zip")


def test_too_many_entries_are_refused_before_they_are_listed() -> None:
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 65_535, 65_535, 10, 10, 0)
    with pytest.raises(ArchiveDangerous):
        sniff(b"PK\x03\x04" + bytes(100) + end, name="包.zip")


def test_a_gzip_bomb_is_refused_while_it_unpacks() -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1024**2)) for _ in range(60)) + packer.flush()
    with pytest.raises(ArchiveDangerous):
        sniff(bomb, name="包.gz")


def test_a_picture_of_too_many_pixels_is_refused_by_its_header() -> None:
    png = bytearray(picture())
    png[16:24] = struct.pack(">II", 60_000, 60_000)
    png[29:33] = struct.pack(">I", zlib.crc32(png[12:29]))
    with pytest.raises(ArchiveDangerous):
        sniff(bytes(png), name="图.png")


def test_pictures_tell_their_size() -> None:
    found = sniff(picture(size=(40, 30)), name="图.png")
    assert (found.width, found.height) == (40, 30)


@pytest.mark.parametrize(
    ("name", "content", "flag"),
    [
        ("文.docm", zipped({"[Content_Types].xml": "", "word/vbaProject.bin": "x"}), "macro-enabled"),
        ("表.xls", compound_file("Workbook", "_VBA_PROJECT"), "macro-enabled"),
        ("文.docx", compound_file("EncryptedPackage"), "encrypted"),
        ("文.pdf", PDF.replace(b"/Type", b"/OpenAction << /S /JavaScript >> /Type"), "active-pdf"),
        ("文.rtf", b"{\\rtf1 {\\object\\objdata 0105}}", "embedded-object"),
    ],
)
def test_what_a_reviewer_should_know_is_flagged(name: str, content: bytes, flag: str) -> None:
    assert sniff(content, name=name).flags == (flag,)


def test_macros_in_a_file_called_docx_are_named() -> None:
    found = sniff(zipped({"[Content_Types].xml": "", "word/vbaProject.bin": "x"}), name="文.docx")
    assert (found.safe_name, found.flags) == ("文.docm", ("extension-corrected", "macro-enabled"))


def test_a_wrong_extension_is_corrected() -> None:
    found = sniff(picture("JPEG"), name="照片.png")
    assert (found.safe_name, found.extension, found.flags) == ("照片.jpg", "jpg", ("extension-corrected",))


def test_size_limits_by_kind() -> None:
    with pytest.raises(FileTooLarge):
        sniff(picture(), name="图.png", size_limits={"image": 10, "document": 10**6})  # type: ignore[dict-item]
    with pytest.raises(FileTooLarge):
        sniff(picture(), name="图.png", size_limits={"image": 10})  # type: ignore[dict-item]


class Scanner:
    """Knows the EICAR test file, as every scanner does."""

    def scan(self, content: BinaryIO) -> str | None:
        return "Eicar-Test-Signature" if b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE" in content.read() else None


def test_the_virus_scanner_has_the_last_word() -> None:
    eicar = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
    with pytest.raises(FileInfected) as refusal:
        sniff(eicar, name="文.txt", antivirus=Scanner())
    assert refusal.value.fields == {"file": "Eicar-Test-Signature"}
    assert sniff(picture(), name="图.png", antivirus=Scanner()).kind == "image"


def answer(content: bytes, name: str) -> str:
    try:
        return sniff(content, name=name).kind
    except FileRefused as refusal:
        return refusal.code


ANSWERS = {"image", "document", "archive", "audio", "video", "text"} | {
    each.code for each in FileRefused.__subclasses__()
}


@given(st.binary(max_size=400), st.sampled_from(["a.pdf", "a.zip", "a.png", "a", "a.txt"]))
def test_random_bytes_are_answered_or_refused(content: bytes, name: str) -> None:
    assert answer(content, name) in ANSWERS


MAGICS = [
    b"PK\x03\x04",
    b"\x89PNG\r\n\x1a\n",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"\x1f\x8b\x08",
    b"GIF89a",
]


@pytest.mark.parametrize("magic", MAGICS)
@given(rest=st.binary(max_size=300))
def test_damaged_files_are_refused_not_crashed_on(magic: bytes, rest: bytes) -> None:
    assert answer(magic + rest, "x") in ANSWERS


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\a.txt", "a.txt"),
        ("C:\\temp\\通知.docx", "通知.docx"),
        ("附件\u202excod.exe", "附件xcod.exe"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("  附件 1　通知 .pdf ", "附件 1 通知.pdf"),
        ("报告.php.pdf", "报告_php.pdf"),
        ("CON.txt", "_CON.txt"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
        ("...", "未命名"),
        ("", "未命名"),
        (".htaccess", "htaccess"),
        ("通知（国办发〔2017〕47号）.pdf", "通知（国办发〔2017〕47号）.pdf"),
        ("第1.5版说明", "第1.5版说明"),
    ],
)
def test_safe_file_names(name: str, safe: str) -> None:
    assert safe_file_name(name) == safe


@given(st.text(max_size=300), st.sampled_from(["", "pdf"]))
def test_every_name_becomes_safe_and_stays_so(name: str, extension: str) -> None:
    safe = safe_file_name(name, extension)
    assert safe
    assert len(safe.encode()) <= 200
    assert not set(safe) & set('/\\<>:"|?*\x00\n\r\u202e')
    assert safe not in (".", "..")
    assert safe.endswith(".pdf" if extension else "")
    assert safe_file_name(safe, extension) == safe


def test_a_very_long_name_keeps_its_extension() -> None:
    safe = safe_file_name("关于" * 500 + ".docx")
    assert safe.endswith("….docx")
    assert len(safe.encode()) <= 200
