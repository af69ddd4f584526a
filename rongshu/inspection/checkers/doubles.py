"""Grammar: words doubled by mistake, and pairs that say the same twice (E8)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rongshu.inspection.findings import Finding, Rule, Severity, Tier
from rongshu.inspection.lexicon import Lexicon
from rongshu.inspection.passage import Passage

_SIGN: Final = Rule("E8-double", "重复的虚词", "E8", Severity.GENERAL)
_WORD: Final = Rule("E8-repeat", "重复的词语", "E8", Severity.GENERAL)
_MAYBE: Final = Rule("E8-repeat", "重复的词语", "E8", Severity.GENERAL, Tier.SUSPECT)
_PAIR: Final = Rule("E8-pair", "意思重复或搭配不当", "E8", Severity.HINT)

_DOUBLED_SIGN: Final = re.compile(r"([的了在和及与为把被将])\1")
# Where the two signs belong to two words: what stands before, and what stands after.
_BEFORE: Final = {
    "了": "一大不目末明算", "在": "实现内所存自潜好", "和": "和温谦平祥", "及": "以涉波触论", "与": "参",
    "为": "以作成认行", "的": "目标", "将": "大小上中少",
}  # fmt: skip
_AFTER: Final = {
    "的": "确士", "了": "解然结债事无望", "在": "校职线建于编场逃岗册押华京读家",
    "和": "美气平解谐睦善乐满县田硕静布林政",
    "及": "时格其", "与": "会时共", "为": "了何民国主人期此基",
    "把": "关手握柄", "被": "告害动迫征子单褥", "将": "军来领士要会帅",
}  # fmt: skip
_DOUBLED_WORD: Final = re.compile(r"([\u4e00-\u9fff]{2})\1")
# Verbs and nouns that nobody doubles: 研究研究 is good Chinese, 进行进行 is not.
_NEVER_DOUBLED: Final = frozenset(
    [
        "进行",
        "开展",
        "加强",
        "推进",
        "促进",
        "实施",
        "贯彻",
        "落实",
        "坚持",
        "建立",
        "完善",
        "提高",
        "做好",
        "根据",
        "按照",
        "关于",
        "通过",
        "以及",
        "或者",
        "并且",
        "而且",
        "因为",
        "所以",
        "但是",
        "如果",
        "我们",
        "他们",
        "工作",
        "政府",
        "部门",
        "单位",
        "企业",
        "群众",
        "社会",
        "经济",
        "发展",
        "建设",
        "管理",
        "服务",
        "项目",
        "情况",
        "问题",
        "要求",
        "精神",
        "会议",
        "国家",
        "人民",
        "全面",
        "组织",
        "领导",
        "安全",
        "生产",
        "教育",
        "制度",
        "机制",
        "体系",
        "能力",
        "水平",
        "同时",
        "目前",
        "截至",
        "对于",
        "为了",
        "必须",
        "应当",
        "可以",
        "不得",
    ]
)
_LONG_REPEAT: Final = re.compile(r"([\u4e00-\u9fff]{3,12})\1")
_SOME: Final = r"[^，。；、\s]{0,4}"
_FIGURE: Final = rf"{_SOME}\d[\d,.，]{{0,9}}{_SOME}"
_SAME_TWICE: Final = (
    (re.compile(rf"(?:大约|约|大概|近){_FIGURE}(?:左右|上下)"), "请删去“约”“近”或“左右”中的一个"),
    (re.compile(rf"(?:超过|多于|高于){_FIGURE}以上"), "请删去“超过”或“以上”中的一个"),
    (re.compile(rf"(?:至少|最少){_FIGURE}以上"), "请删去“至少”或“以上”中的一个"),
    (re.compile(r"(?:将近|接近)[^，。；、\s]{0,4}\d[\d,.]{0,9}多"), "请删去“将近”或“多”中的一个"),
    (re.compile(r"涉及到"), "涉及"),
    (re.compile(r"(?:原因|目的)是(?:因为|由于|为了)"), "请删去“因为”“由于”或“为了”"),
    (re.compile(r"(?:目前|当前)(?:目前|当前|现在)"), "目前"),
    (re.compile(r"付诸于"), "付诸"),
    (re.compile(r"公诸于众"), "公之于众"),
    (re.compile(r"来自于"), "来自"),
    (re.compile(r"凯旋归来"), "凯旋"),
    (re.compile(r"(?:切忌)(?:不要|不可|勿)"), "切忌"),
    (re.compile(r"免费赠送"), "赠送"),
    (re.compile(r"悬殊(?:很|较|巨)大"), "悬殊"),
    (re.compile(r"亲眼目睹"), "目睹"),
    (re.compile(r"过高估计过高"), "估计过高"),
)  # fmt: skip


def check_doubles(passage: Passage, lexicon: Lexicon) -> Iterator[Finding]:
    """Yield what is doubled."""
    text = passage.text
    for match in _DOUBLED_SIGN.finditer(text):
        sign, (start, end) = match.group(1), match.span()
        before, after = text[start - 1 : start], text[end : end + 1]
        if (before or " ") not in _BEFORE.get(sign, "") and (after or " ") not in _AFTER.get(sign, ""):
            yield _SIGN.found(text, start, end, sign)
    for match in _DOUBLED_WORD.finditer(text):
        if match.group(1) in _NEVER_DOUBLED:
            yield _WORD.found(text, *match.span(), match.group(1))
    for match in _LONG_REPEAT.finditer(text):
        if len(set(match.group(1))) > 2:  # 哈哈哈哈, 高高兴兴高高兴兴 and the like are meant
            yield _MAYBE.found(text, *match.span(), match.group(1))
    for pattern, advice in _SAME_TWICE:
        for match in pattern.finditer(passage.digits):
            yield _PAIR.found(text, *match.span(), advice)
