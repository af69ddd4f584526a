"""Presentations and OFD files as text."""

from __future__ import annotations

import io
import zipfile

from rongshu.library.reading.files import read_file

_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_OFD = "http://www.ofdspec.org/2016"


def _archive(**members: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return made.getvalue()


def _slide(*lines: str) -> str:
    paragraphs = "".join(
        f"<a:p><a:r><a:t>{line[:2]}</a:t></a:r><a:r><a:t>{line[2:]}</a:t></a:r></a:p>" for line in lines
    )
    return f'<p:sld xmlns:p="p" xmlns:a="{_DRAWING}">{paragraphs}</p:sld>'


def test_slides_are_read_in_their_order() -> None:
    content = _archive(
        ppt__presentation_xml="<p/>",
        ppt__slides__slide10_xml=_slide("最后一页"),
        ppt__slides__slide2_xml=_slide("示范省公积金", "提取流程"),
        ppt__slides__slide1_xml=_slide("封面标题"),
    )
    document = read_file(content, "演示.pptx")
    assert document.text.splitlines() == ["封面标题", "示范省公积金", "提取流程", "最后一页"]
    assert document.hindrances == []


def test_an_ofd_is_read_page_by_page() -> None:
    page = (
        '<ofd:Page xmlns:ofd="{}"><ofd:TextObject><ofd:TextCode>{}</ofd:TextCode></ofd:TextObject></ofd:Page>'
    )
    content = _archive(
        OFD_xml="<ofd/>",
        Doc_0__Pages__Page_1__Content_xml=page.format(_OFD, "第二页的正文"),
        Doc_0__Pages__Page_0__Content_xml=page.format(_OFD, "示政办发〔2024〕1号"),
    )
    assert read_file(content, "公文.ofd").text.splitlines() == ["示政办发〔2024〕1号", "第二页的正文"]


def test_a_broken_page_is_a_hindrance_and_no_entity_is_followed() -> None:
    broken = _archive(OFD_xml="<ofd/>", Doc_0__Pages__Page_0__Content_xml="<ofd:Page><不完整")
    assert [one.code for one in read_file(broken, "坏.ofd").hindrances] == ["unreadable"]
    hostile = '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><p><TextObject><TextCode>&x;甲</TextCode></TextObject></p>'
    content = _archive(OFD_xml="<ofd/>", Doc_0__Pages__Page_0__Content_xml=hostile)
    assert "root" not in read_file(content, "恶意.ofd").text


def test_a_page_that_cannot_be_unpacked_is_a_hindrance() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ppt/presentation.xml", "<p/>")
        archive.writestr("ppt/slides/slide1.xml", _slide("示范省公积金"))
        slide = archive.getinfo("ppt/slides/slide1.xml")
    content = bytearray(made.getvalue())
    begin = slide.header_offset + 30 + len(slide.filename)
    content[begin : begin + slide.compress_size] = b"\xff" * slide.compress_size
    assert [one.code for one in read_file(bytes(content), "坏.pptx").hindrances] == ["unreadable"]
