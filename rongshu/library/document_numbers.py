"""发文字号 (document numbers) and 索引号 (index numbers): read any way they are written, write one way."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rongshu.foundation.errors import InvalidInput


class DocumentNumberMalformed(InvalidInput):
    """The text is no 发文字号."""

    code = "document-number-malformed"
    sentence = (
        "发文字号写法不对，应为“机关代字〔年份〕n号”，例如“示政办发〔2024〕1号”、“示范省人民政府令第1号”。"
    )


class IndexNumberMalformed(InvalidInput):
    """A part of an 索引号 is out of its range."""

    code = "index-number-malformed"
    sentence = "索引号写法不对，应为“统一社会信用代码/年份-序号”，例如“11990000000000001X/2024-00001”。"


class DocumentNumberKind(StrEnum):
    """How a document is numbered."""

    NUMBERED = "numbered"
    """机关代字〔yyyy〕n号, GB/T 9704-2012 § 7.2.5"""
    ORDER = "order"
    """…令第n号, with or without a year"""
    SERIAL = "serial"
    """…公告yyyy年第n号"""


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A 发文字号 in parts; `str()` writes it in the normal form."""

    kind: DocumentNumberKind
    issuer: str
    """机关代字 (“国办发”), or the name before the number (“国务院令”, “财政部公告”)."""
    year: int | None
    serial: str
    """Digits without leading zeros, a sub-number after a hyphen."""

    def __str__(self) -> str:
        if self.kind is DocumentNumberKind.SERIAL:
            return f"{self.issuer}{self.year}年第{self.serial}号"
        if self.kind is DocumentNumberKind.ORDER:
            year = f"〔{self.year}〕" if self.year else ""
            return f"{self.issuer}{year}第{self.serial}号"
        return f"{self.issuer}〔{self.year}〕{self.serial}号"


_OPEN: Final = r"[〔\[【（(［﹝〖{「〈<《]"
_CLOSE: Final = r"[〕\]】）)］﹞〗}」〉>》]"
_YEAR: Final = r"(?:19|20)\d{2}|[一二][〇○零九一二三四五六七八]{3}"
_SERIAL: Final = r"\d{1,5}(?:[-－—]\d{1,3})?"
_ISSUER: Final = r"[\u4e00-\u9fff·]{1,30}"
_PARTS: Final = rf"\s*{_OPEN}\s*(?P<year>{_YEAR})\s*年?\s*{_CLOSE}\s*第?\s*(?P<serial>{_SERIAL})\s*号?"

# A number stands alone, so its issuer may hold several names parted by spaces or 、.
_NUMBERED: Final = re.compile(rf"(?P<issuer>{_ISSUER}){_PARTS}")
_ORDER: Final = re.compile(
    rf"(?P<issuer>[\u4e00-\u9fff·、 ]{{0,60}}令)\s*(?:{_OPEN}\s*(?P<year>{_YEAR})\s*年?\s*{_CLOSE})?"
    rf"\s*{_OPEN}?\s*第?\s*(?P<serial>{_SERIAL})\s*号\s*{_CLOSE}?"
)
_ANNOUNCEMENT: Final = re.compile(
    rf"(?P<issuer>[\u4e00-\u9fff·、 ]{{0,60}}(?:公告|通告|公报|通报))"
    rf"\s*{_OPEN}?\s*(?P<year>{_YEAR})\s*年?\s*{_CLOSE}?\s*年?\s*第\s*(?P<serial>{_SERIAL})\s*号\s*{_CLOSE}?"
)
_KINDS: Final = (
    (DocumentNumberKind.ORDER, _ORDER),
    (DocumentNumberKind.SERIAL, _ANNOUNCEMENT),
    (DocumentNumberKind.NUMBERED, _NUMBERED),
)
_FULL_WIDTH_DIGITS: Final = {ord("０") + value: str(value) for value in range(10)}
_CHINESE_DIGITS: Final = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_LABEL: Final = re.compile(r"^(?:发文字号|文件编号|文\s*号)\s*[:：]\s*")
_EARLIEST: Final = 1949
_LATEST: Final = 2100


def parse_document_number(text: str) -> DocumentNumber | None:
    """Return the 发文字号 that `text` consists of (any brackets, spaces, full-width digits), or None."""
    text = _LABEL.sub("", text.translate(_FULL_WIDTH_DIGITS).strip()).strip("（）() ")
    # Stripping may have taken a bracket that belongs to “令（第711号）”; the patterns don't need it.
    for kind, pattern in _KINDS:
        match = pattern.fullmatch(text)
        if match:
            return _document_number(kind, match)
    return None


def normalise_document_number(text: str) -> str:
    """Return the normal form of a 发文字号; raise `DocumentNumberMalformed` when it is none."""
    number = parse_document_number(text)
    if number is None:
        raise DocumentNumberMalformed
    return str(number)


def document_numbers_in(text: str) -> Iterator[DocumentNumber]:
    """Yield the bracketed numbers (国办发〔2017〕47号) of a running text, in order.

    The issuer is what stands before the bracket in one run of characters: after 《…》, punctuation or a
    space it is exact, inside a sentence it may carry words before it.
    """
    for match in _NUMBERED_IN_TEXT.finditer(text.translate(_FULL_WIDTH_DIGITS)):
        number = _document_number(DocumentNumberKind.NUMBERED, match)
        if number:
            yield number


_NUMBERED_IN_TEXT: Final = re.compile(rf"(?P<issuer>[\u4e00-\u9fff]{{1,14}}){_PARTS}(?<=号)")


def _document_number(kind: DocumentNumberKind, match: re.Match[str]) -> DocumentNumber | None:
    written_year = match["year"]
    year = int(written_year.translate(_CHINESE_DIGITS)) if written_year else None
    if year is not None and not _EARLIEST <= year <= _LATEST:
        return None
    # GB/T 9704-2012 § 7.2.5: no leading zeros, no “第” in a bracketed number.
    head, *tail = (str(int(part)) for part in re.split("[-－—]", match["serial"]))
    if head == "0":
        return None
    issuer = re.sub(r"\s+", " ", match["issuer"]).strip(" 、")
    return DocumentNumber(kind, issuer, year, "-".join([head, *tail]))


class IndexNumberKind(StrEnum):
    """Which of the formats in use an 索引号 has."""

    CREDIT_CODE = "credit-code"
    """18-character credit code/yyyy-nnnnn: what we allocate."""
    ORGANIZATION_CODE = "organization-code"
    """9-character organisation code/yyyy-nnnnn, 政府信息公开目录系统实施指引."""
    SHANGHAI = "shanghai"
    """SY + organisation code + network flag + yyyy + nnnnn."""
    DATED = "dated"
    """yyyymmdd-nnnnnn, without an organisation (Heilongjiang)."""


@dataclass(frozen=True, slots=True)
class IndexNumber:
    """An 索引号 in parts; `str()` writes it in its own format."""

    kind: IndexNumberKind
    organization_code: str
    year: int
    serial: int
    text: str

    def __str__(self) -> str:
        return self.text


_INDEX_NUMBERS: Final = (
    (IndexNumberKind.CREDIT_CODE, re.compile(r"([0-9A-Z]{18})/(\d{4})-(\d{5,6})")),
    (IndexNumberKind.ORGANIZATION_CODE, re.compile(r"([0-9A-Z]{8}-?[0-9X])/(\d{4})-(\d{5,6})")),
    (IndexNumberKind.SHANGHAI, re.compile(r"SY([0-9A-Z]{8}[0-9X])[01](\d{4})(\d{5})")),
    (IndexNumberKind.DATED, re.compile(r"()(\d{4})(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])-(\d{4,8})")),
)
_DASHES: Final = re.compile("[－—–‐‑−﹣]")
_INDEX_LABEL: Final = re.compile(r"^索\s*引\s*号\s*[:：]\s*")


def parse_index_number(text: str) -> IndexNumber | None:
    """Return the 索引号 that `text` consists of, in any of the formats in use, or None.

    Full-width characters, other dashes, spaces and lower case are read; the check digit of the credit code
    is not looked at, because legacy numbers are kept as they are.
    """
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text))
    plain = re.sub(r"\s+", "", _INDEX_LABEL.sub("", plain.strip())).upper()
    for kind, pattern in _INDEX_NUMBERS:
        match = pattern.fullmatch(plain)
        if match and _EARLIEST <= int(match[2]) <= _LATEST:
            return IndexNumber(kind, match[1].replace("-", ""), int(match[2]), int(match[3]), plain)
    return None


def format_index_number(credit_code: str, year: int, serial: int) -> str:
    """Return `{credit code}/{yyyy}-{nnnnn}`, six digits from 100,000 on; raise `IndexNumberMalformed`."""
    is_well_formed = re.fullmatch(r"[0-9A-Z]{18}", credit_code) and _EARLIEST <= year <= _LATEST
    if not is_well_formed or not 1 <= serial <= 999_999:
        raise IndexNumberMalformed
    return f"{credit_code}/{year}-{serial:05d}"
