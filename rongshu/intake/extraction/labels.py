"""Labelled values: 发布时间：…, element tables (索引号, 发文字号, 名称) and running bylines."""

import re
from dataclasses import dataclass
from typing import Final

from .furniture import is_footer_text
from .lines import Line, compact

DATE_LABELS: Final = (
    (
        "发布时间",
        "发布日期",
        "发表时间",
        "发表日期",
        "发稿时间",
        "公开时间",
        "公开日期",
        "公布时间",
        "公布日期",
        "刊发时间",
    ),
    (
        "时间",
        "日期",
        "发布于",
        "上传时间",
        "上传日期",
        "录入时间",
        "添加时间",
        "信息时间",
        "加入时间",
        "上网时间",
    ),
    ("更新时间", "更新日期", "修改时间", "最后更新"),
    (
        "生成日期",
        "生成时间",
        "发文日期",
        "发文时间",
        "印发日期",
        "印发时间",
        "成文日期",
        "成文时间",
        "制发日期",
    ),
)
SOURCE_LABELS: Final = (
    (
        "信息来源",
        "文章来源",
        "新闻来源",
        "稿件来源",
        "内容来源",
        "发布来源",
        "来源单位",
        "信息来源单位",
        "稿源",
        "来源",
        "来自",
        "出处",
    ),
    (
        "发布机构",
        "发布单位",
        "发布部门",
        "发文机关",
        "发文机构",
        "发文单位",
        "发布机关",
        "制发机关",
        "制发单位",
        "信息提供单位",
    ),
    ("公开责任部门", "责任部门", "供稿单位", "供稿", "信息提供", "所属部门", "公文来源", "发布者"),
)
AUTHOR_LABELS: Final = (("作者", "文章作者", "撰稿", "撰稿人", "撰文"), ("记者", "通讯员", "供稿人"))
NUMBER_LABELS: Final = (
    ("发文字号", "文号", "文件编号", "公文字号", "文件字号", "发文文号", "文件号", "发文号"),
)
INDEX_LABELS: Final = (("索引号", "信息索引号", "索引编号", "索取号"),)
SUBTITLE_LABELS: Final = (("副标题", "副题"),)
TITLE_LABELS: Final = (("名称", "标题", "文件名称", "公文名称", "信息名称", "题名"),)
_KNOWN: Final = frozenset(
    label
    for table in (
        DATE_LABELS,
        SOURCE_LABELS,
        AUTHOR_LABELS,
        NUMBER_LABELS,
        INDEX_LABELS,
        SUBTITLE_LABELS,
        TITLE_LABELS,
    )
    for row in table
    for label in row
) | {
    "主题分类",
    "主题词",
    "信息分类",
    "体裁分类",
    "有效性",
    "公开方式",
    "公开范围",
    "分类",
    "点击数",
    "点击率",
    "点击次数",
    "点击量",
    "浏览次数",
    "浏览量",
    "浏览数",
    "浏览",
    "阅读次数",
    "阅读量",
    "阅读",
    "访问次数",
    "访问量",
    "次数",
    "人气",
    "责任编辑",
    "编辑",
    "责编",
    "审核",
    "字体",
    "字号",
    "字体大小",
    "文章类型",
    "信息类型",
    "栏目",
    "关键词",
    "关键字",
    "发布人",
    "阅读数",
}

# 来源：, 来 源：, 【来源】：; a space inside parts single characters only, otherwise it parts two fields.
_LABEL = re.compile(
    r"((?<![\u4e00-\u9fa5])[\u4e00-\u9fa5](?: {1,6}[\u4e00-\u9fa5]){1,4}(?![\u4e00-\u9fa5])"
    r"|[\u4e00-\u9fa5]{2,10})"
    r" {0,3}[】\]]?\s?[:：]"
)
_VALUE_ENDS = re.compile(
    r"[ \u3000]*(?:[|｜┃【\[（(]|打印|字体|字号|浏览|点击|阅读|访问|分享|责任编辑|责编|编辑|"
    r"作者|发布|时间|日期|关闭|收藏|"
    r"大\s中\s小|保护视力|我要纠错|视力|背景|原文|文章|查看|次数|次$|\d{4}[-年/.]\d|\d{1,2}:\d\d)"
)
_NOTHING = frozenset({"", "无", "-", "--", "—", "/", "null", "undefined", "暂无", "其他", "未知"})
_SENTENCE = re.compile(r"[。？！；”]|[，,].{12}")
_LONGEST = 600
_INDEX_NUMBER = re.compile(r"[0-9A-Za-z\u4e00-\u9fa5〔〕\[\]()（）/_.\-—－]{4,60}")


@dataclass(frozen=True, slots=True)
class Labelled:
    """One label with what follows it; `position` is that of its line."""

    label: str
    value: str
    position: int


def read_labels(lines: list[Line]) -> list[Labelled]:
    """All labelled values of the page, in reading order; a lone label takes the neighbouring cell."""
    found: list[Labelled] = []
    for index, line in enumerate(lines):
        if len(line.text) > _LONGEST or is_footer_text(line.text):
            continue
        bare = compact(line.text).strip("：:")
        if bare in _KNOWN:
            found.append(Labelled(bare, _neighbour(lines, index), line.position))
        elif ":" in line.text or "：" in line.text:
            found.extend(_in_line(line))
    return found


def is_element(label: str) -> bool:
    """A label of element tables and bylines, not one of the article's own."""
    return label in _KNOWN


def _in_line(line: Line) -> list[Labelled]:
    matches = list(_LABEL.finditer(line.text))
    names = [_label_name(match.group(1)) for match in matches]
    # A label glued to the value before it (来源：山西日报浏览次数：5) starts where the known word does.
    starts = [
        match.end(1) - len(name) if name in _KNOWN and " " not in match.group(1) else match.start()
        for match, name in zip(matches, names, strict=True)
    ]
    stops = [*starts[1:], len(line.text)][: len(matches)]
    return [
        Labelled(name, line.text[match.end() : stop].strip(), line.position)
        for match, name, stop in zip(matches, names, stops, strict=True)
    ]


def _label_name(written: str) -> str:
    """来 源 → 来源; words glued in front (浏览次数信息来源) are cut where a known label ends the run."""
    name = compact(written)
    if name in _KNOWN:
        return name
    return next(
        (name[start:] for start in range(1, len(name) - 1) if name[start:] in _KNOWN), name
    )  # longest first


def _neighbour(lines: list[Line], index: int) -> str:
    if index + 1 >= len(lines):
        return ""
    line, following = lines[index], lines[index + 1]
    parent = line.block.getparent()
    near = following.block is line.block or any(
        ancestor is line.block or ancestor is parent for ancestor in following.block.iterancestors()
    )
    bare = compact(following.text).strip("：:")
    if not near or bare in _KNOWN or (_LABEL.match(following.text) and len(following.text) < 60):
        return ""
    return following.text.lstrip("：: ")


def first_value(
    labels: list[Labelled], names: tuple[tuple[str, ...], ...], *, near: int, exclude: range = range(0)
) -> tuple[int, Labelled] | None:
    """The non-empty value of the best label, nearest after `near`; with the rank of its label row."""
    for rank, row in enumerate(names):
        fitting = [
            item
            for item in labels
            if item.label in row and item.position not in exclude and item.value.strip() not in _NOTHING
        ]
        if fitting:
            return rank, min(fitting, key=lambda item: distance(item.position, near))
    return None


def distance(position: int, title: int) -> int:
    """Lines between a byline and the title; above the title counts double, it is usually the page's head."""
    return position - title if position >= title else (title - position) * 2


def clean_name(value: str) -> str | None:
    """The organisation or person at the head of a value: cut at counters, tools and the next field."""
    end = _VALUE_ENDS.search(value)
    value = value[: end.start()] if end else value
    value = value.strip(" ：:;；,，、|-—·【】[]<>《》\u3000")
    return value if 1 < len(value) <= 60 and value not in _NOTHING and not _SENTENCE.search(value) else None


def clean_index_number(value: str) -> str | None:
    """The index number at the head of a value: one run of its characters, with a figure in it."""
    match = _INDEX_NUMBER.match(value.strip(" ：:"))
    return match[0] if match and any(char.isdigit() for char in match[0]) else None
