"""Bytes → text: byte order mark, declarations (which often lie), then evidence in the bytes themselves."""

import codecs
import re

from charset_normalizer import from_bytes

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_\-]{2,40})""", re.IGNORECASE)
_COMMON_CHINESE = re.compile(r"[\u4e00-\u9fa5\u3000-\u3002\uff01-\uff5e\u2018-\u201d\u2014\u2026\u00b7]+")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_ALIASES = {"gb2312": "gb18030", "gbk": "gb18030", "gb": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030"}
# Declared by servers that never asked; browsers read them as windows-1252, Chinese pages are never that.
_MEANINGLESS = {"iso8859-1", "cp1252", "ascii", "latin-1", "binary"}
_SAMPLE = 60_000


def decode(content: bytes, declared_charset: str | None = None) -> str:
    """Decode a page; never raises for odd bytes, at worst they become U+FFFD."""
    return decoded(content, declared_charset)[0]


def decoded(content: bytes, declared_charset: str | None = None) -> tuple[str, str]:
    """Decode a page as `decode` does; also return the encoding its forms and queries are sent in."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace"), "utf-8"
    wide = _utf16_without_mark(content)
    if wide:
        return content.decode(wide, "replace"), "utf-8"
    declared = _declared(content, declared_charset)
    text = _as_utf8(content)
    if text is not None and (declared == ["utf-8"] * len(declared) or _is_chinese(text)):
        return text, "utf-8"
    encoding = _choose(content, declared)
    try:
        return content.decode(encoding), encoding
    except UnicodeDecodeError:
        return _decode_mixed(content, encoding), encoding


def _as_utf8(content: bytes) -> str | None:
    """Text that happens to be valid UTF-8 hardly ever is anything else."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _is_chinese(text: str) -> bool:
    sample = _FOREIGN.findall(text[:_SAMPLE])
    return sum(map(len, sample)) > 20 and _chinese_share("".join(sample)) > 0.6


def _utf16_without_mark(content: bytes) -> str | None:
    sample = content[:400]
    if len(sample) < 8 or b"\0" not in sample:
        return None
    odd, even = sample[1::2].count(0), sample[0::2].count(0)
    if max(odd, even) < len(sample) // 8:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _declared(content: bytes, declared_charset: str | None) -> list[str]:
    """Declared encodings in order of authority: the server's, then the page's own."""
    names = [declared_charset, charset_in(content)]
    return [name for name in map(_normalised, names) if name]


def charset_in(content: bytes) -> str | None:
    """The encoding a page says it has, right or wrong."""
    found = _META_CHARSET.search(content[:4096])
    return found.group(1).decode("ascii") if found else None


def _normalised(name: str | None) -> str | None:
    if not name:
        return None
    name = name.strip().strip("\"'").lower()
    try:
        codec = codecs.lookup(_ALIASES.get(name, name)).name
    except LookupError:
        return None
    return None if codec in _MEANINGLESS or codec.startswith("utf-16") else _ALIASES.get(codec, codec)


def _choose(content: bytes, declared: list[str]) -> str:
    sample = content[:_SAMPLE]
    if sample.isascii():
        return "utf-8" if content.isascii() else (declared or ["utf-8"])[0]
    scores = {name: _plausibility(sample, name) for name in dict.fromkeys([*declared, "utf-8", "gb18030"])}
    best = max(scores, key=lambda name: scores[name])
    # A declaration wins ties, so that e.g. a Big5 or Japanese page is read as it says.
    for name in declared:
        if scores[name] >= scores[best] - 0.02:
            return name
    return best if scores[best] > 0.5 else _detected(sample, best)


def _plausibility(sample: bytes, encoding: str) -> float:
    """Share of the non-ASCII characters that look like Chinese text; undecodable bytes count against it."""
    foreign = "".join(_FOREIGN.findall(sample.decode(encoding, "replace")))
    return _chinese_share(foreign) if foreign else 0.0


def _chinese_share(foreign: str) -> float:
    return (len(foreign) - len(_COMMON_CHINESE.sub("", foreign)) - 3 * foreign.count("\ufffd")) / len(foreign)


def _detected(sample: bytes, fallback: str) -> str:
    """Last resort for pages in none of the expected encodings."""
    guess = from_bytes(sample[:20_000]).best()
    return guess.encoding if guess and _plausibility(sample, guess.encoding) > 0.3 else fallback


def _decode_mixed(content: bytes, encoding: str) -> str:
    """Pages put together from includes in two encodings: each line is decoded by what fits it."""
    other = "gb18030" if encoding == "utf-8" else "utf-8"
    return "".join(_decode_line(line, encoding, other) for line in content.splitlines(keepends=True))


def _decode_line(line: bytes, encoding: str, other: str) -> str:
    for candidate in (encoding, other):
        try:
            return line.decode(candidate)
        except UnicodeDecodeError:
            continue
    return line.decode(encoding, "replace")
