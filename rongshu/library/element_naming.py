"""Names of elements: legal, capitalised, and made of registered words (P2-02, P6-07, DB34/T 4086)."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from rongshu.foundation.text import is_placeholder

_ENGLISH: Final = re.compile(r"[A-Z][A-Za-z0-9]{0,49}")
_CHINESE: Final = re.compile(r"(?=.*[\u4e00-\u9fff])[\u4e00-\u9fffA-Za-z0-9（）()、·／/—-]{1,50}")
_PART: Final = re.compile(r"[A-Z]{2,}(?=[A-Z][a-z]|\d|$)|[A-Z][a-z0-9]*|\d+")


def complaint_about_english(name: str, words: Collection[str]) -> str:
    """Return what is wrong with an English element name, "" when nothing is.

    It begins with a capital and consists of parts that each begin with one; every part stands in `words`,
    the dictionary of abbreviations and full words.
    """
    if not _ENGLISH.fullmatch(name) or is_placeholder(name):
        return "英文名须以大写字母开头，只含字母和数字，不超过 50 个字符"
    unregistered = [part for part in parts_of(name, words) if part not in words and not part.isdigit()]
    if unregistered:
        return f"英文名中的“{'”“'.join(unregistered)}”未在缩写词典中登记"
    return ""


def complaint_about_chinese(name: str) -> str:
    """Return what is wrong with a Chinese element name, "" when nothing is."""
    if not _CHINESE.fullmatch(name) or is_placeholder(name):
        return "中文名须含汉字，只含汉字、字母、数字和常用连接号，不超过 50 字"
    return ""


def parts_of(name: str, words: Collection[str]) -> list[str]:
    """Return the words a name is made of: `ResID` → Res, ID; registered capitals (USCC) stay whole."""
    if name in words:
        return [name]
    return _PART.findall(name)
