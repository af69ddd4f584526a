"""Edited copies are found again; look-alike notices of one series stay apart."""

import gzip
import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rongshu.foundation.text import matching_key
from rongshu.library.gate.likeness import most_differing
from rongshu.library.letters import letters, written
from rongshu.library.near_duplicates import (
    BANDS,
    DEFAULT_THRESHOLD,
    Fingerprint,
    fingerprint,
    fingerprint_of_sketch,
    is_same_document,
    similarity,
)

CORPUS = Path("../shared/data/hebei_policy/corpus.jsonl.gz")
NOTICE = (
    "各县（市、区）人民政府，市政府各部门：为贯彻落实省政府关于优化营商环境的部署要求，进一步压减审批时限、精简申请材料，"
    "经市政府同意，现就有关事项通知如下。一、统一受理标准，实行一次告知、一表申请。二、推进数据共享，凡能通过共享获取的材料"
    "不再要求群众提交。三、健全监督机制，每季度通报办理情况。各单位要于2024年3月1日前将实施方案报市政府办公室备案。"
)


def are_candidates(a: Fingerprint, b: Fingerprint) -> bool:
    return bool(set(a.bands) & set(b.bands))


@given(st.text())
def test_any_text_has_a_stable_fingerprint_that_fits_the_table(text: str) -> None:
    one, other = fingerprint(text), fingerprint(text)
    assert one == other
    assert len(one.sketch) in (0, 256)
    assert len(one.bands) in (0, BANDS)
    assert all(-(2**31) <= band < 2**31 for band in one.bands)
    assert -(2**63) <= one.bits < 2**63
    assert fingerprint_of_sketch(one.sketch, one.text_digest) == one
    assert similarity(one.sketch, other.sketch) == (1000 if one.sketch else 0)


def test_the_stored_format_does_not_drift() -> None:
    found = fingerprint("榕树平台把全省政府网站的信息汇聚到一个资源库。", title="示范")
    assert found.text_digest == "sha256:170ec38396ecd80cc9d6d7b11944e5915dcb29bca86001b901ed78dd58864aa7"
    assert found.bands[:2] == (1407671499, -807069241)
    assert found.sketch.hex()[:16] == "ffffffffffffffff"
    assert found.bits == -1441152018734912513


def test_exact_duplicates_differ_in_form_only() -> None:
    spaced = NOTICE.replace("。", "。\n　　").replace("（", "(").replace("）", ")")
    assert fingerprint(spaced).text_digest == fingerprint(NOTICE).text_digest
    assert fingerprint(NOTICE.replace("2024", "2025")).text_digest != fingerprint(NOTICE).text_digest
    assert fingerprint(NOTICE, title="甲").text_digest != fingerprint(NOTICE, title="乙").text_digest


def test_short_texts_have_exact_duplicates_only() -> None:
    assert fingerprint("停水通知").bands == ()
    assert fingerprint("停水通知").text_digest == fingerprint(" 停水 通知。").text_digest
    assert similarity(fingerprint("停水通知").sketch, fingerprint("停水通知").sketch) == 0


def test_unrelated_texts_are_neither_candidates_nor_similar() -> None:
    other = (
        "本周末全市多云转晴，气温八到十五度，山区有三级左右偏北风，早晚温差较大，请市民出行注意增减衣物。" * 2
    )
    assert not are_candidates(fingerprint(NOTICE), fingerprint(other))
    assert similarity(fingerprint(NOTICE).sketch, fingerprint(other).sketch) < 100


@pytest.mark.requirement("P2-09")
@pytest.mark.parametrize(
    "edited",
    [
        NOTICE.replace("2024年3月1日", "2025年4月30日"),
        NOTICE.replace("三、健全监督机制，每季度通报办理情况。", ""),
        NOTICE.replace("每季度通报办理情况", "按季度通报、年终考核办理情况，结果向社会公布"),
        "（转载）" + NOTICE + "（此件公开发布）",
    ],
)
def test_an_edited_copy_is_found(edited: str) -> None:
    one, other = fingerprint(NOTICE), fingerprint(edited)
    assert are_candidates(one, other)
    assert similarity(one.sketch, other.sketch) >= DEFAULT_THRESHOLD
    assert is_same_document(NOTICE, edited)


REPLY = (
    "{county}人民政府：你县《关于恳请批准{county}为省级园林县城的请示》收悉。经研究，同意命名{county}为省级园林县城。"
    "请你县继续加强园林绿化建设管理，不断改善人居环境，巩固创建成果。此复。"
)
APPOINTMENT = (
    "各市人民政府，省政府各部门：省政府决定：任命{person}为示范省档案馆副馆长，试用期一年。试用期自任职之日起计算，"
    "期满考核合格的正式任职。特此通知。示范省人民政府 2024年5月6日"
)


@pytest.mark.requirement("P2-09")
@pytest.mark.parametrize(
    ("mould", "one", "other"),
    [
        (REPLY, {"county": "甲山县"}, {"county": "乙水县"}),
        (REPLY, {"county": "甲山县"}, {"county": "长青湖自治县"}),
        (APPOINTMENT, {"person": "示范某"}, {"person": "模拟甲"}),
    ],
)
def test_notices_of_one_mould_that_name_others_stay_apart(
    mould: str, one: dict[str, str], other: dict[str, str]
) -> None:
    assert not is_same_document(mould.format(**one), mould.format(**other))
    assert is_same_document(mould.format(**one), mould.format(**one))


@pytest.mark.parametrize(
    ("title_a", "title_b", "same"),
    [
        ("关于2022年度技能竞赛获奖情况的通报", "关于2023年度技能竞赛获奖情况的通报", False),
        ("关于同意甲山县为园林县城的复函", "关于同意乙水县为园林县城的复函", False),
        ("示范省科技厅关于印发《管理办法》的通知", "关于印发《管理办法》的通知", True),
        ("示范省档案条例", "示范省档案条例（修正）", True),
        ("关于印发《示范省管理办法》的通知", "关于印发〈示范省管理办法〉的通知", True),
        ("示范省档案条例", "新办法来了", True),
    ],
)
def test_titles_of_one_series_tell_documents_apart(title_a: str, title_b: str, same: bool) -> None:
    revised = NOTICE.replace("三、健全监督机制，每季度通报办理情况。", "")
    assert is_same_document(NOTICE, revised, title_a=title_a, title_b=title_b) is same


def test_bulletins_that_differ_in_most_figures_stay_apart() -> None:
    bulletin = "".join(
        f"第{number}区空气质量指数为{{}}，首要污染物浓度为{{}}微克每立方米。" for number in range(1, 9)
    )
    first = bulletin.format(*range(30, 46))
    second = bulletin.format(*range(60, 76))
    assert not is_same_document(first, second)
    assert is_same_document(first, first.replace("30", "31"))


@pytest.fixture(scope="module")
def corpus() -> list[dict[str, str]]:
    if not CORPUS.exists():
        pytest.skip("../shared/data/hebei_policy is not here")
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        return [document for document in map(json.loads, lines) if len(document["text"]) > 300][:200]


def edited(text: str, share: float, chance: random.Random) -> str:
    sentences = [each for each in re.split("(?<=[。；])", text) if each]
    for place in chance.sample(range(len(sentences)), max(1, round(len(sentences) * share))):
        sentences[place] = chance.choice(
            ["", sentences[place] + "请各单位结合实际认真抓好落实，有关情况及时报告。"]
        )
    return "".join(sentences)


@pytest.mark.parametrize(("share", "recall"), [(0.0, 0.97), (0.05, 0.93), (0.1, 0.9), (0.2, 0.65)])
def test_recall_on_real_documents(corpus: list[dict[str, str]], share: float, recall: float) -> None:
    chance = random.Random(share)
    found = 0
    for document in corpus:
        copy = edited(document["text"], share, chance) if share else document["text"] + "（此件公开发布）"
        one, other = fingerprint(document["text"]), fingerprint(copy)
        is_found = are_candidates(one, other) and similarity(one.sketch, other.sketch) >= DEFAULT_THRESHOLD
        found += is_found and is_same_document(document["text"], copy)
    assert found >= recall * len(corpus)


def test_real_documents_renamed_stay_apart(corpus: list[dict[str, str]]) -> None:
    renamed = [
        (each["text"], each["text"].replace("河北", "示范"))
        for each in corpus
        if each["text"].count("河北") > 1
    ]
    assert len(renamed) > 50
    assert sum(is_same_document(*pair) for pair in renamed) <= 0.02 * len(renamed)


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_letters_by_the_table_are_those_by_the_patterns(text: str) -> None:
    assert written(letters(text)) == matching_key(text)


def test_every_character_folds_alike_beside_others() -> None:
    for start in range(0, 0x11000, 0x100):
        characters = [chr(point) for point in range(start, start + 0x100)]
        for neighbour in ("一", "a", "가", "゙"):
            text = neighbour.join(characters)
            assert written(letters(text)) == matching_key(text)
        for character in characters:
            assert written(letters(f"か{character}A")) == matching_key(f"か{character}A")


def test_bits_tell_near_texts_from_others(corpus: list[dict[str, str]]) -> None:
    chance = random.Random(1)
    prints = [fingerprint(each["text"]) for each in corpus]
    copies = [fingerprint(edited(each["text"], 0.1, chance)) for each in corpus]
    limit = most_differing(DEFAULT_THRESHOLD)
    near = [
        (one, copy)
        for one, copy in zip(prints, copies, strict=True)
        if similarity(one.sketch, copy.sketch) >= DEFAULT_THRESHOLD
    ]
    kept = sum(_differing(one, copy) <= limit for one, copy in near)
    assert kept >= 0.99 * len(near)
    apart = [
        (one, other)
        for place, one in enumerate(prints)
        for other in prints[:place]
        if similarity(one.sketch, other.sketch) < 200
    ]
    assert sum(_differing(one, other) <= limit for one, other in apart) <= 0.02 * len(apart)


def _differing(one: Fingerprint, other: Fingerprint) -> int:
    return ((one.bits ^ other.bits) & (2**64 - 1)).bit_count()
