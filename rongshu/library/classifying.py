"""Theme, genre, audience and form found by rules: a code, how sure it is, and the words that say so.

The words stand in `seed/theme_keywords.json`, `genre_endings.json` and `audience_keywords.json` with their
source; the codes are those of `seed/category_schemes.yaml` and `ResourceForm`.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from ahocorasick_rs import AhoCorasick, MatchKind

OTHER: Final = "other"

_OPENING: Final = 600
"""Characters of the text that are read: official prose says at its beginning what it is about."""
_TITLE_FACTOR: Final = 4
_KEYWORD_FACTOR: Final = 3
_MOST_PER_WORD: Final = 3
_LEAST_EVIDENCE: Final = 4
_MOST_WORDS_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A code with the reason for it."""

    code: str
    confidence: float
    """0 to 1; above 0.8 a person rarely changes it."""
    reason: str
    """In Chinese, for the log and the editor, e.g. 出现“义务教育”“教师”."""


def suggest_theme(title: str, text: str = "", keywords: Iterable[str] = ()) -> Suggestion | None:
    """Return the theme (01–22) that most of the words speak for, or None without enough evidence."""
    words = _theme_words()
    scores: dict[str, float] = {}
    named: dict[str, dict[str, None]] = {}
    for factor, source in (
        (_TITLE_FACTOR, title),
        (_KEYWORD_FACTOR, " ".join(keywords)),
        (1, text[:_OPENING]),
    ):
        counts: dict[str, int] = {}
        for word in words.found_in(source):
            counts[word] = counts.get(word, 0) + 1
        for word, count in counts.items():
            for code, weight in words.meaning[word].items():
                scores[code] = scores.get(code, 0) + factor * weight * min(count, _MOST_PER_WORD)
                named.setdefault(code, {})[word] = None
    return _best(scores, named)


def suggest_audience(title: str, text: str = "") -> tuple[Suggestion, ...]:
    """Return the audiences addressed, the surest first; none without evidence."""
    words = _audience_words()
    scores: dict[str, float] = {}
    named: dict[str, dict[str, None]] = {}
    for factor, source in ((_TITLE_FACTOR, title), (1, text[:_OPENING])):
        for word in words.found_in(source):
            for code in words.meaning[word]:
                scores[code] = scores.get(code, 0) + factor
                named.setdefault(code, {})[word] = None
    return tuple(
        Suggestion(code, round(score / (score + 3), 2), _reason(named[code]))
        for code, score in sorted(scores.items(), key=lambda each: -each[1])
        if score >= _LEAST_EVIDENCE
    )


def suggest_genre(title: str, document_number: str = "") -> Suggestion | None:
    """Return the genre by the end of the title and the kind of number, or None when neither tells."""
    bare = _bare_title(title)
    if _ORDER_NUMBER.search(document_number) and not bare.endswith("决定"):
        return Suggestion("order", 0.9, f"文号“{document_number}”")
    endings, lengths = _genre_endings()
    for length in lengths:
        code = endings.get(bare[-length:])
        if code is not None:
            is_document = code != OTHER or not document_number
            return Suggestion(code, 0.95 if is_document else 0.7, f"标题以“{bare[-length:]}”结尾")
    if _LETTER_NUMBER.search(document_number):
        return Suggestion("letter", 0.7, f"文号“{document_number}”")
    return None


def suggest_form(
    title: str,
    text: str,
    *,
    media_types: Sequence[str] = (),
    pictures: int = 0,
    videos: int = 0,
    audios: int = 0,
) -> Suggestion:
    """Return the form (text, picture, video …) by what the record consists of.

    `media_types` are those of the attachments, `pictures`, `videos` and `audios` count what is in the body.
    """
    length = len(text)
    videos += sum(kind.startswith("video/") for kind in media_types)
    audios += sum(kind.startswith("audio/") for kind in media_types)
    pictures += sum(kind.startswith("image/") for kind in media_types)
    files = [kind for kind in media_types if not kind.startswith(("video/", "audio/", "image/"))]
    if pictures and _INFOGRAPHIC.search(title):
        return Suggestion("infographic", 0.9, "标题为图解，正文有图片")
    rules = (
        ("video", videos > 0 and length < 300, "以视频为主"),
        ("audio", audios > 0 and length < 300, "以音频为主"),
        ("picture", pictures > 0 and length < 40 * pictures + 60, "以图片为主"),
        ("dataset", bool(files) and length < 200 and all(kind in _DATA for kind in files), "附件为数据表"),
        ("attachment", bool(files) and length < 60, "正文很短，内容在附件"),
    )
    for code, applies, reason in rules:
        if applies:
            return Suggestion(code, 0.8, reason)
    return Suggestion("text", 0.95 if length else 0.5, "以文字为主" if length else "没有其他内容")


_INFOGRAPHIC: Final = re.compile("图解|一图读懂|一图看懂|一张图|长图|图说|漫画")
_DATA: Final = frozenset(
    {
        "text/csv", "application/json", "application/xml", "application/vnd.ms-excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)  # fmt: skip
_ORDER_NUMBER: Final = re.compile(r"令\s*(?:〔\d{4}〕)?第?\d+号")
_LETTER_NUMBER: Final = re.compile(r"函〔\d{4}〕")
_TRAILING: Final = re.compile(
    r"(?:[（(【〔\[〈<][^（(【〔\[〈<）)】〕\]〉>]{0,20}[）)】〕\]〉>]|[》〉”’」』\s.。…·—\-\ue000-\uf8ff]|\d{4}年?(?:版|本)?)$"
)


def _bare_title(title: str) -> str:
    """Return the title without what may follow its noun: （试行）, （2024年版）, a closing 》, dots."""
    for _ in range(6):
        shorter = _TRAILING.sub("", title)
        if shorter == title:
            break
        title = shorter
    return title


@dataclass(frozen=True, slots=True)
class _Words:
    """A dictionary compiled to find all its words in one pass, and what each speaks for."""

    automaton: AhoCorasick
    words: tuple[str, ...]
    meaning: Mapping[str, Mapping[str, float]]

    def found_in(self, text: str) -> Iterable[str]:
        """Return the words in `text`, longest first where they overlap (养老保险, not 保险)."""
        return (self.words[index] for index, _, _ in self.automaton.find_matches_as_indexes(text))


def _compiled(meaning: Mapping[str, Mapping[str, float]]) -> _Words:
    words = tuple(meaning)
    return _Words(AhoCorasick(words, matchkind=MatchKind.LeftmostLongest), words, meaning)


@cache
def _theme_words() -> _Words:
    seed = _seed("theme_keywords.json")
    # Neutral words take their letters out of the search: 人民政府 is not about 民政.
    meaning: dict[str, dict[str, float]] = {word: {} for word in seed["neutral"]}
    for theme in seed["themes"]:
        for word, weight in theme["keywords"].items():
            meaning.setdefault(word, {})[theme["code"]] = weight
    return _compiled(meaning)


@cache
def _audience_words() -> _Words:
    meaning: dict[str, dict[str, float]] = {}
    for audience in _seed("audience_keywords.json")["audiences"]:
        for word in audience["keywords"]:
            meaning.setdefault(word, {})[audience["code"]] = 1
    return _compiled(meaning)


@cache
def _genre_endings() -> tuple[dict[str, str], tuple[int, ...]]:
    """Return the code of each ending, and the lengths endings have, the longest first."""
    codes: dict[str, str] = {}
    for code, endings in _seed("genre_endings.json")["endings"]:
        for ending in endings:
            codes.setdefault(ending, code)
    return codes, tuple(sorted({len(ending) for ending in codes}, reverse=True))


def _seed(name: str) -> dict[str, Any]:
    text = resources.files("rongshu.library").joinpath("seed", name).read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def _best(scores: Mapping[str, float], named: Mapping[str, Mapping[str, None]]) -> Suggestion | None:
    ranked = sorted(scores.items(), key=lambda each: -each[1])
    if not ranked or ranked[0][1] < _LEAST_EVIDENCE:
        return None
    code, score = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0
    # Sure when it leads clearly and there is more than a word or two behind it.
    confidence = (score - second / 2) / score * score / (score + 4)
    return Suggestion(code, round(confidence, 2), _reason(named[code]))


def _reason(words: Mapping[str, None]) -> str:
    return "出现" + "".join(f"“{word}”" for word in list(words)[:_MOST_WORDS_NAMED])
