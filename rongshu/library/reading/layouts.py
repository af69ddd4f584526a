"""Presentations (.pptx) and OFD files (GB/T 33190) as documents: their pages' texts, in order."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Final

from lxml import etree

from rongshu.library.reading.archives import hindrances_of
from rongshu.library.reading.document import Document
from rongshu.library.reading.gathering import gathered
from rongshu.library.reading.limits import MOST_PAGES

_SLIDE: Final = re.compile(r"ppt/(?:slides/slide|notesSlides/notesSlide)(\d+)\.xml")
_PAGE: Final = re.compile(r".*?(?:Doc_(\d+)/)?Pages/Page_(\d+)/Content\.xml", re.IGNORECASE)


def read_slides(content: bytes, name: str) -> Document:
    """Return the text of a .pptx, slide after slide, each paragraph a line."""
    return _read(content, name, _SLIDE, line="p", piece="t")


def read_ofd(content: bytes, name: str) -> Document:
    """Return the text of an OFD file, page after page, each text object a line."""
    return _read(content, name, _PAGE, line="TextObject", piece="TextCode")


def _read(content: bytes, name: str, pages: re.Pattern[str], *, line: str, piece: str) -> Document:
    found = list(hindrances_of(content, name))
    if any(one.forbids_opening for one in found):
        return Document("", hindrances=found, name=name)
    document = gathered(lambda: _lines(content, pages, line, piece), name)
    document.hindrances += found
    return document


def _lines(content: bytes, pages: re.Pattern[str], line: str, piece: str) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for page in _in_order(archive.namelist(), pages)[:MOST_PAGES]:
            # No entities, no network: the file is somebody else's.
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
            root = etree.fromstring(archive.read(page), parser)
            for element in root.iter(f"{{*}}{line}"):
                text = "".join(part.text or "" for part in element.iter(f"{{*}}{piece}")).strip()
                if text:
                    yield f"{text}\n"


def _in_order(names: list[str], pages: re.Pattern[str]) -> list[str]:
    numbered = ((pages.fullmatch(name), name) for name in names)
    found = [(tuple(int(one or 0) for one in match.groups()), name) for match, name in numbered if match]
    return [name for _, name in sorted(found)]
