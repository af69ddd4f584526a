"""The names of the languages sites and resources are written in (BCP 47)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LANGUAGE_NAMES: Final[Mapping[str, str]] = {
    "zh-Hans": "简体中文",
    "zh-Hant": "繁体中文",
    "en": "英文",
    "bo": "藏文",
    "mn-Mong": "蒙古文",
    "ug": "维吾尔文",
    "za": "壮文",
    "ii": "彝文",
    "ko": "朝鲜文",
    "kk": "哈萨克文",
    "ja": "日文",
    "ru": "俄文",
    "fr": "法文",
    "de": "德文",
    "es": "西班牙文",
    "ar": "阿拉伯文",
}


def language_name(code: str) -> str:
    """Return what a language is called, its code where the list has no name."""
    return LANGUAGE_NAMES.get(code, code)
