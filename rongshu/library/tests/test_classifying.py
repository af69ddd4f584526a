"""Rules suggest codes of the shipped schemes, with a reason, and stay silent without evidence."""

import gzip
import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from rongshu.library.classifying import suggest_audience, suggest_form, suggest_genre, suggest_theme

CORPUS = Path("../shared/data/hebei_policy/corpus.jsonl.gz")
SEED = Path(__file__).parent.parent / "seed"


def codes_of(scheme: str) -> dict[str, str]:
    schemes = yaml.safe_load((SEED / "category_schemes.yaml").read_text(encoding="utf-8"))
    return {
        each["code"]: each["name"]
        for found in schemes
        if found["code"] == scheme
        for each in found["categories"]
    }


def test_the_word_lists_use_the_codes_of_the_schemes() -> None:
    themes = json.loads((SEED / "theme_keywords.json").read_text(encoding="utf-8"))["themes"]
    assert {each["code"]: each["name"] for each in themes} == codes_of("theme")
    genres = json.loads((SEED / "genre_endings.json").read_text(encoding="utf-8"))["endings"]
    assert {code for code, _ in genres} == set(codes_of("genre"))
    audiences = json.loads((SEED / "audience_keywords.json").read_text(encoding="utf-8"))["audiences"]
    assert {each["code"] for each in audiences} == set(codes_of("audience"))


@pytest.mark.requirement("P2-10")
@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("关于做好2024年义务教育招生入学工作的通知", "11"),
        ("关于调整最低工资标准的通知", "15"),
        ("关于加强高标准农田建设的实施意见", "06"),
        ("关于印发重污染天气应急响应方案的通知", "10"),
        ("关于进一步加强危险化学品安全生产工作的通知", "09"),
        ("关于提高困难残疾人低保标准的通知", "17"),
        ("关于深化医疗保障支付方式改革的意见", "13"),
        ("关于示范高速公路增设收费站的复函", "07"),
        ("示范市2023年政府信息公开工作年度报告", "02"),
    ],
)
def test_theme_by_the_words_of_the_title(title: str, code: str) -> None:
    found = suggest_theme(title)
    assert found is not None
    assert found.code == code
    assert found.reason.startswith("出现“")
    assert 0 < found.confidence <= 1


def test_more_evidence_makes_surer() -> None:
    little = suggest_theme("关于教育工作的通知")
    much = suggest_theme("关于义务教育学校教师招生工作的通知", "学校、教师、学生、教材、学籍", ["教育"])
    assert little is not None
    assert much is not None
    assert much.confidence > little.confidence


@pytest.mark.parametrize("text", ["", "关于有关事项的通知", "示范省人民政府办公厅", "hello"])
def test_no_theme_without_evidence(text: str) -> None:
    assert suggest_theme(text) is None


@pytest.mark.parametrize(
    ("title", "number", "code"),
    [
        ("示范省人民政府办公厅关于印发《示范省档案管理办法》的通知", "示政办发〔2024〕1号", "notice"),
        ("关于同意设立示范开发区的批复", "", "reply"),
        ("关于同意增设收费站的复函", "", "letter"),
        ("关于支持民营经济发展的若干意见（试行）", "", "opinion"),
        ("示范市人民政府关于禁止燃放烟花爆竹的通告", "", "public-notice"),
        ("示范省数据条例", "", "other"),
        ("示范省档案管理办法（2024年修订）", "示范省人民政府令第3号", "order"),
        ("示范省人民政府关于废止部分规章的决定", "示范省人民政府令第4号", "decision"),
        ("《示范省档案管理办法》解读", "", "other"),
        ("2024年政府工作报告", "", "report"),
        ("关于某事项", "示政办函〔2024〕1号", "letter"),
        ("关于举办培训班的通知。", "", "notice"),
        ("“关于加强管理的通知》", "", "notice"),
    ],
)
def test_genre_by_the_end_of_the_title(title: str, number: str, code: str) -> None:
    found = suggest_genre(title, number)
    assert found is not None
    assert found.code == code


def test_no_genre_when_nothing_tells() -> None:
    assert suggest_genre("春到示范，花开满城") is None
    assert suggest_genre("") is None


def test_audiences() -> None:
    found = suggest_audience("关于高校毕业生求职创业补贴申领的公告", "毕业生本人向所在学校提出申请")
    assert [each.code for each in found] == ["citizen"]
    both = {each.code for each in suggest_audience("关于企业职工参保人员和用人单位缴费的通知")}
    assert both == {"citizen", "legal-person"}
    assert suggest_audience("关于召开会议的通知") == ()


@pytest.mark.parametrize(
    ("title", "text", "parts", "code"),
    [
        ("新闻", "正文" * 200, {}, "text"),
        ("新闻", "正文" * 200, {"pictures": 2, "media_types": ["application/pdf"]}, "text"),
        ("一图读懂政府工作报告", "", {"pictures": 1}, "infographic"),
        ("一图读懂政府工作报告", "正文" * 200, {}, "text"),
        ("图片新闻", "植树节活动", {"pictures": 3}, "picture"),
        ("访谈实录", "视频", {"videos": 1}, "video"),
        ("访谈实录", "", {"media_types": ["video/mp4"]}, "video"),
        ("广播", "", {"audios": 1}, "audio"),
        ("统计数据", "见附件", {"media_types": ["text/csv"]}, "dataset"),
        ("通知", "见附件", {"media_types": ["application/pdf"]}, "attachment"),
        ("通知", "", {}, "text"),
    ],
)
def test_form_by_content(title: str, text: str, parts: dict[str, object], code: str) -> None:
    assert suggest_form(title, text, **parts).code == code  # type: ignore[arg-type]


@given(st.text(), st.text(), st.lists(st.text(), max_size=3))
def test_any_text_is_answered(title: str, text: str, keywords: list[str]) -> None:
    found = suggest_theme(title, text, keywords)
    assert found is None or found.code in codes_of("theme")
    genre = suggest_genre(title, text)
    assert genre is None or genre.code in codes_of("genre")


def test_agreement_with_labels_of_a_real_portal() -> None:
    if not CORPUS.exists():
        pytest.skip("../shared/data/hebei_policy is not here")
    codes = {name: code for code, name in codes_of("theme").items() if name != "其他"}
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        labelled = [each for each in map(json.loads, lines) if each["category"] in codes]
    suggested = [(suggest_theme(each["title"], each["text"]), codes[each["category"]]) for each in labelled]
    agreeing = sum(found is not None and found.code == code for found, code in suggested)
    assert len(labelled) > 50
    assert agreeing >= 0.7 * len(labelled)
