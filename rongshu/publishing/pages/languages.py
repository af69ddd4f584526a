"""The labels of pages in the language of their site.

Templates stay as they are written, in Simplified Chinese; each language has them translated once, when
they are loaded: Traditional Chinese by OpenCC, English by a table. Other foreign languages show English
labels. What people wrote (names, titles, texts) is never touched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from jinja2 import BaseLoader, Environment, FileSystemLoader

from rongshu.publishing.pages.english import ENGLISH

SIMPLIFIED: Final = "zh-Hans"
TRADITIONAL: Final = "zh-Hant"
FOREIGN: Final = "en"
_TRADITIONAL_TAGS: Final = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")
_COMMENT: Final = re.compile(r"\{#.*?#\}", re.DOTALL)
_LABELS: Final = dict(ENGLISH)

Translation = Callable[[str], str]


def language_of_labels(language: str) -> str:
    """Return the language that labels have on a site of this language."""
    tag = language.lower()
    if tag.startswith(_TRADITIONAL_TAGS):
        return TRADITIONAL
    return SIMPLIFIED if tag.partition("-")[0] in {"zh", ""} else FOREIGN


def add_english(labels: Mapping[str, str]) -> None:
    """Let an app above bring the English of its own labels, before a page is rendered."""
    _LABELS.update(labels)
    _longest_first.cache_clear()


def translation(language: str) -> Translation:
    """Return what turns labels, alone or in a template, into a language."""
    if language == SIMPLIFIED:
        return str
    return _traditional() if language == TRADITIONAL else _english


def label(text: str, language: str) -> str:
    """Translate a text that is a label as a whole; any other stays as it is."""
    if language == FOREIGN:
        year = re.fullmatch(r"(\d{4})年", text)
        return year[1] if year else _LABELS.get(text, text)
    return translation(language)(text) if text in _LABELS else text


class TranslatingLoader(BaseLoader):
    """Loads templates in one language."""

    def __init__(self, templates: FileSystemLoader, language: str) -> None:
        self._templates, self._translate = templates, translation(language)

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Return the translated source; comments, which readers don't see, are left out."""
        source, file, is_fresh = self._templates.get_source(environment, template)
        return _COMMENT.sub(_kept_trim, self._translate(source)), file, is_fresh


def _kept_trim(comment: re.Match[str]) -> str:
    """An empty comment trims blanks as the one in its place did."""
    start, end = comment[0][2:3], comment[0][-3:-2]
    return "{#" + (start if start == "-" else "") + " " + (end if end == "-" else "") + "#}"


def _english(text: str) -> str:
    return _longest_first().sub(lambda found: _LABELS[found[0]], text)


@lru_cache(maxsize=1)
def _longest_first() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(_LABELS, key=len, reverse=True))))


@lru_cache(maxsize=1)
def _traditional() -> Translation:
    from opencc import OpenCC  # noqa: PLC0415 - its tables are for Traditional sites only

    convert: Translation = OpenCC("s2tw").convert
    return convert
