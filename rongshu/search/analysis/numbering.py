"""Document numbers, in any writing: their normal form, and the parts that people remember of them."""

from __future__ import annotations

import re
from typing import Final

from rongshu.library.document_numbers import DocumentNumber, document_numbers_in, parse_document_number
from rongshu.search.analysis.normalising import normalise

# 国办发[2017]47, 国办发（2017）第47号: normalising has made brackets half width where there is such a form.
_WRITTEN: Final = re.compile(
    r"[\u4e00-\u9fff]{1,14}\s*[〔\[【(﹝〖{「〈<《]\s*(?:19|20)\d{2}\s*年?\s*[〕\]】)﹞〗}」〉>》]\s*第?\s*\d{1,5}(?:-\d{1,3})?\s*号?"
)
_ORDERS: Final = re.compile(
    r"[\u4e00-\u9fff]{0,20}令\s*(?:[〔\[(]\s*(?:19|20)\d{2}\s*年?\s*[〕\])])?\s*\(?\s*第\s*\d{1,5}\s*号\s*\)?"
)


def document_numbers(text: str) -> list[str]:
    """Return the document numbers in a text, in their normal form."""
    return list(dict.fromkeys(str(one) for one in _numbers(normalise(text))))


def number_parts(text: str) -> list[str]:
    """Return what people remember of a number: 国办发〔2017〕47号 → 国办发 2017 47号, without a year too."""
    parts: list[str] = []
    for one in _numbers(normalise(text)):
        year = [str(one.year)] if one.year else []
        parts += [one.issuer, *year, f"{one.serial}号", f"{one.issuer}{one.serial}号"]
    return parts


def _numbers(text: str) -> list[DocumentNumber]:
    whole = parse_document_number(text)
    if whole:
        return [whole]
    written = [*_WRITTEN.findall(text), *_ORDERS.findall(text)]
    parsed = [number for one in written if (number := parse_document_number(one))]
    return parsed or list(document_numbers_in(text))
