"""A few documents with ready tokens, so that the engines are tested and not the analysis."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any, Final

from rongshu.search.documents import Prepared
from rongshu.search.engines.port import Engine, Stamp
from rongshu.search.schema import FIELDS, FieldKind

STAMP: Final = Stamp(schema=1, analysis="test-1")


_EMPTY: Final[dict[FieldKind, Any]] = {FieldKind.KEYWORD: (), FieldKind.INTEGER: 0}
_NOTHING: Final = {field.name: _EMPTY.get(field.kind, "") for field in FIELDS}


def document(id_: str, title: str = "", body: str = "", **values: Any) -> Prepared:
    """Return the fields of a document whose words are given with spaces between them."""
    return {
        **_NOTHING,
        "id": f"resource:{id_}",
        "kind": ("resource",),
        "title_words": title,
        "title_characters": " ".join(title.replace(" ", "")),
        "body_pairs": body,
        "body_characters": " ".join(body.replace(" ", "")),
        "source": {"title": title.replace(" ", "")},
        **values,
    }


def fill(engine: Engine, documents: Iterable[Prepared]) -> str:
    """Make a generation of these documents and let it serve."""
    generation = engine.begin_generation(STAMP)
    with engine.writer(generation) as writer:
        for one in documents:
            writer.add(one)
        writer.commit()
    engine.switch(generation)
    return generation


# Who issued it, on which sites, of what type and year: small enough to count by hand.
SMALL: Final = (
    document(
        "fund",
        "住房 公积金 提取 办事 指南",
        "职工 购买 自住 住房 可以 申请 提取 住房 公积金 账户 余额",
        type=("guide",),
        site=("province", "city"),
        organization=("housing",),
        year=("2024",),
        published=1_700_000_000,
        authority=3,
    ),
    document(
        "loan",
        "住房 公积金 贷款 管理 办法",
        "公积金 贷款 额度 由 管理 中心 核定",
        type=("policy",),
        site=("city",),
        organization=("housing",),
        theme=("housing", "finance"),
        year=("2023",),
        number=("示政发〔2023〕8号",),
        validity=("effective",),
        published=1_680_000_000,
        authority=5,
    ),
    document(
        "old-loan",
        "住房 公积金 贷款 暂行 规定",
        "本 规定 自 发布 之 日 起 施行",
        type=("policy",),
        site=("city", "county"),
        organization=("housing",),
        theme=("housing",),
        year=("2010",),
        number=("示政发〔2010〕3号",),
        validity=("abolished",),
        published=1_270_000_000,
        authority=5,
    ),
    document(
        "school",
        "义务 教育 入学 政策 问答",
        "适龄 儿童 入学 需要 户口 簿 和 住房 证明",
        type=("article",),
        site=("province",),
        organization=("education",),
        theme=("education",),
        year=("2024",),
        published=1_710_000_000,
        authority=2,
    ),
    document(
        "news",
        "全省 住房 保障 工作 会议 召开",
        "会议 强调 保障 性 住房 建设",
        type=("article",),
        site=("province", "city", "county"),
        organization=("office",),
        year=("2024",),
        published=1_720_000_000,
        authority=1,
    ),
    document("empty"),
)

_WORDS: Final = [
    first + second
    for first in "住教医交水林农商科文民财税土环建安质食药"
    for second in "房育疗通利业村务技化政政务地保设全量品材"
]


def generated(count: int, seed: int = 20) -> list[Prepared]:
    """Return documents of words as unevenly frequent as in a language, the same ones every time."""
    chance = random.Random(seed)
    weights = [1 / (rank + 2) for rank in range(len(_WORDS))]
    documents = []
    for number in range(count):
        title = chance.choices(_WORDS, weights, k=chance.randint(3, 9))
        body = chance.choices(_WORDS, weights, k=chance.randint(10, 120))
        documents.append(
            document(
                f"{number:05d}",
                " ".join(title),
                " ".join(body),
                site=tuple(sorted(chance.sample("abcdefgh", chance.randint(1, 3)))),
                year=(str(chance.randint(2015, 2024)),),
                type=(chance.choice(("article", "policy", "guide")),),
                published=1_400_000_000 + chance.randrange(300_000_000),
                authority=chance.randint(0, 5),
            )
        )
    return documents


def queries(count: int, seed: int = 21) -> list[tuple[str, ...]]:
    """Return queries of one to four of the same words."""
    chance = random.Random(seed)
    return [tuple(chance.sample(_WORDS, chance.randint(1, 4))) for _ in range(count)]
