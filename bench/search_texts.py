"""Varied documents in Chinese for the benches of the search, and what people would ask of them.

Bodies are sentences of real policies, laws, letters and replies of `../shared/data`, each document its own
mixture; a title is one of theirs with a place and a year of its own, so that no two are equal.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import IO, Final

from rongshu.search.documents import SearchDocument

_FILES: Final = (
    "hebei_policy/corpus.jsonl.gz",
    "covid_policy_qa/corpus.jsonl",
    "law_statute_qa/corpus.jsonl.gz",
    "citizen_letters/reply_retrieval/corpus.jsonl.gz",
)
_SENTENCE: Final = re.compile(r"[^。！？；\n]{8,120}[。！？；]?")
_PLACES: Final = tuple(
    f"示范{name}"
    for name in ["省", "市", "东区", "西区", "南区", "北区", "新区", "一县", "二县", "三县", "四县", "五县"]
)
_SITES: Final = tuple(f"site-{number:02d}" for number in range(40))
_TYPES: Final = ("article", "policy", "guide", "answer", "notice")
_VALIDITY: Final = ("", "", "effective", "abolished")
_WORD: Final = re.compile(r"[\u4e00-\u9fff]{2,}")


@cache
def _pool(folder: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    titles: list[str] = []
    sentences: list[str] = []
    for name in _FILES:
        with _opened(folder / name) as lines:
            for line in lines:
                text = json.loads(line)
                sentences += _SENTENCE.findall(text["text"])
                if 6 <= len(text.get("title") or "") <= 40:
                    titles.append(text["title"])
    if not titles:
        raise SystemExit(f"no texts in {folder}: the bench needs ../shared/data")
    return tuple(titles), tuple(dict.fromkeys(sentences))


def _opened(path: Path) -> IO[str]:
    return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")


def documents(folder: Path, count: int, characters: int, seed: int = 1) -> Iterator[SearchDocument]:
    """Yield documents of so many characters on average, the same ones every time."""
    titles, sentences = _pool(folder)
    chance = random.Random(seed)
    begin = datetime(2010, 1, 1, tzinfo=UTC)
    for number in range(count):
        at = begin + timedelta(hours=chance.randrange(24 * 365 * 16))
        title = f"{chance.choice(_PLACES)}{at.year}年{chance.choice(titles)}"
        body = "".join(_body(chance, sentences, characters))
        yield SearchDocument(
            id=f"resource:{number:09d}",
            kind="resource",
            title=title,
            body=body,
            type=chance.choice(_TYPES),
            sites=(chance.choice(_SITES),),
            organizations=(f"unit-{chance.randrange(300):03d}",),
            level=chance.choice(("province", "city", "county")),
            validity=chance.choice(_VALIDITY),
            published_at=at,
            authority=chance.randrange(6),
            source={"title": title, "text": body},
        )


def _body(chance: random.Random, sentences: tuple[str, ...], characters: int) -> Iterator[str]:
    wanted = chance.randint(characters // 3, 2 * characters - characters // 3)
    while wanted > 0:
        sentence = chance.choice(sentences)
        wanted -= len(sentence)
        yield sentence


def queries(folder: Path, count: int, seed: int = 2) -> list[str]:
    """Return distinct queries of one to four words that stand in titles."""
    from rongshu.search import analysis  # noqa: PLC0415 - its dictionary only where it is needed

    titles, _ = _pool(folder)
    chance = random.Random(seed)
    asked: dict[str, None] = {}
    while len(asked) < count:
        words = [word for word in analysis.segment(chance.choice(titles)) if _WORD.fullmatch(word)]
        if words:
            asked[" ".join(chance.sample(words, min(len(words), chance.randint(1, 4))))] = None
    return list(asked)
