"""The project's own sample texts: a fictitious 示范省, topic by topic, as articles of every usual kind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from rongshu.project.legacy_sites.articles import (
    BEIJING,
    Attachment,
    Block,
    ColumnPath,
    LegacyArticle,
    Paragraph,
    Picture,
    Table,
)

_FOLDER = Path(__file__).parent / "samples"
_NUMERALS = "一二三四五六七八九十"
_COMPILATIONS = (
    ("goal", "目标任务", "为方便群众和企业查询，现将近年来印发的部分民生政策的目标任务汇编如下。"),
    ("plain", "解读要点", "哪些政策与您有关？我们把各项民生政策的解读要点整理成一篇，供大家对照查阅。"),
    ("next", "后续安排", "政策贵在落实。以下是各项民生政策出台时公布的后续安排，欢迎社会各界对照监督。"),
)


def read_sample_articles() -> list[LegacyArticle]:
    """Every sample article; the texts lie beside this module as JSON, one file per group."""
    topics = _read("topics")
    articles = [article for topic in topics for article in _topic_articles(topic)]
    articles += [_compilation(topics, *edition) for edition in _COMPILATIONS]
    articles += [_plain_article(record) for record in _read("articles")]
    articles += [_guide(record) for record in _read("guides")]
    return articles


def _read(name: str) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return records


def _topic_articles(topic: dict[str, Any]) -> Iterator[LegacyArticle]:
    """A policy, its interpretation, the news of its progress, its questions and its figures."""
    writers: tuple[Callable[[dict[str, Any]], LegacyArticle], ...] = (
        _policy,
        _interpretation,
        _news,
        _questions,
        _figures,
    )
    for write in writers:
        yield write(topic)


def _article(
    topic: dict[str, Any],
    kind: str,
    title: str,
    column: ColumnPath,
    *,
    blocks: list[Block],
    days: int,
    **more: Any,
) -> LegacyArticle:
    return LegacyArticle(
        key=f"{topic['code']}-{kind}",
        title=title,
        published_at=_moment(topic["date"]) + timedelta(days=days, minutes=37 * days % 300),
        column=column,
        blocks=tuple(blocks),
        source=more.pop("source", topic["department"]),
        theme=topic["theme"],
        keywords=(topic["subject"], kind),
        **more,
    )


def _policy(topic: dict[str, Any]) -> LegacyArticle:
    blocks: list[Block] = [
        Paragraph("各市、县（市、区）人民政府，省政府各部门："),
        Paragraph(topic["opening"]),
        Paragraph("一、总体要求", strong=True),
        Paragraph(topic["goal"]),
        Paragraph("二、重点任务", strong=True),
    ]
    for numeral, measure in zip(_NUMERALS, topic["measures"], strict=False):
        blocks.append(Paragraph(f"（{numeral}）{measure['head']}。{measure['text']}"))
    day = _moment(topic["date"])
    blocks += [
        Paragraph("三、保障措施", strong=True),
        Paragraph(topic["safeguard"]),
        Paragraph(topic["issuer"], align="right"),
        Paragraph(f"{day.year}年{day.month}月{day.day}日", align="right"),
        Paragraph("（此件公开发布）"),
    ]
    tasks = [f"{at}\t{m['head']}\t{m['unit']}" for at, m in enumerate(topic["measures"], 1)]
    table = Attachment(
        f"附件：{topic['subject']}重点任务分工表", "xlsx", ("序号\t重点任务\t牵头单位", *tasks)
    )
    return _article(
        topic,
        "政策文件",
        topic["title"],
        ("政务公开", "政策文件"),
        blocks=blocks,
        days=0,
        source=topic["issuer"],
        document_number=topic["number"],
        publisher=topic["issuer"],
        attachments=(table,),
    )


def _interpretation(topic: dict[str, Any]) -> LegacyArticle:
    short = topic["title"].partition("关于")[2].removeprefix("印发").removesuffix("的通知").strip("《》")
    blocks: list[Block] = [
        Paragraph(f"近日，{topic['issuer']}印发了《{short}》（{topic['number']}）。现就有关内容解读如下。"),
        Paragraph("一、为什么要出台这个文件", strong=True),
        Paragraph(topic["why"]),
        Paragraph("二、文件有哪些看点", strong=True),
        *(Paragraph(point) for point in topic["plain"]),
        Paragraph("三、下一步怎么落实", strong=True),
        Paragraph(topic["next"]),
    ]
    title = f"《{short}》政策解读"
    return _article(topic, "政策解读", title, ("政务公开", "政策解读"), blocks=blocks, days=3)


def _news(topic: dict[str, Any]) -> LegacyArticle:
    news = topic["news"]
    picture = Picture(
        f"{topic['subject']}现场（示意图）", "landscape", caption=f"图为{topic['subject']}现场。"
    )
    text = [Paragraph(line) for line in news["paragraphs"]]
    blocks: list[Block] = [text[0], picture, *text[1:]]
    column = ("新闻中心", "要闻动态")
    return _article(
        topic,
        "要闻",
        news["title"],
        column,
        blocks=blocks,
        days=41,
        source="示范日报",
        author="本报记者 示范某",
    )


def _questions(topic: dict[str, Any]) -> LegacyArticle:
    lead = f"针对群众来电来信中反映较多的{topic['subject']}问题，{topic['department']}作出集中解答。"
    blocks: list[Block] = [Paragraph(lead)]
    for at, pair in enumerate(topic["questions"], 1):
        blocks += [Paragraph(f"问{at}：{pair['q']}", strong=True), Paragraph(f"答：{pair['a']}")]
    title = f"关于{topic['subject']}的常见问题解答"
    return _article(topic, "常见问题", title, ("互动交流", "常见问题"), blocks=blocks, days=9)


def _figures(topic: dict[str, Any]) -> LegacyArticle:
    figures = topic["figures"]
    rows = [tuple(str(cell) for cell in row) for row in figures["rows"]]
    values = tuple(float(row[1]) for row in figures["rows"])
    chart = Picture(f"{figures['title']}图", "bars", values, caption=f"图1　{figures['title']}")
    blocks: list[Block] = [
        Paragraph(figures["text"]),
        Table((tuple(figures["head"]), *rows), caption=f"表1　{figures['title']}"),
        chart,
        Paragraph(figures["note"]),
    ]
    lines = tuple("\t".join(row) for row in (tuple(figures["head"]), *rows))
    data = Attachment(f"{figures['title']}数据表", "csv", lines)
    return _article(
        topic,
        "统计数据",
        figures["title"],
        ("数据开放", "统计数据"),
        blocks=blocks,
        days=120,
        attachments=(data,),
    )


def _compilation(topics: list[dict[str, Any]], field: str, name: str, lead: str) -> LegacyArticle:
    """A long page that gathers one part of every policy."""
    blocks: list[Block] = [Paragraph(lead)]
    for numeral, topic in zip(_NUMERALS, topics, strict=False):
        blocks.append(Paragraph(f"{numeral}、{topic['subject']}（{topic['number']}）", strong=True))
        lines = topic[field] if isinstance(topic[field], list) else [topic[field]]
        blocks += [Paragraph(line) for line in lines]
    blocks.append(Paragraph("（本汇编根据公开文件整理，引用时请以文件原文为准。）"))
    return LegacyArticle(
        key=f"compilation-{field}",
        title=f"民生政策汇编：{name}",
        published_at=_moment("2020-12-16 10:00") + timedelta(days=len(name)),
        column=("专题专栏", "政策汇编"),
        blocks=tuple(blocks),
        source="示范省人民政府办公厅",
        keywords=("政策汇编", name),
    )


def _plain_article(record: dict[str, Any]) -> LegacyArticle:
    """A text whose lines are its paragraphs; a line that begins with `#` is a heading."""
    blocks: list[Block] = [
        Paragraph(line.removeprefix("#").strip(), strong=line.startswith("#")) for line in record["text"]
    ]
    if "seal" in record:
        blocks.insert(1, Picture(record["seal"], "seal"))
    attachments = tuple(
        Attachment(item["name"], item["suffix"], tuple(item["lines"]))
        for item in record.get("attachments", ())
    )
    return LegacyArticle(
        key=record["key"],
        title=record["title"],
        published_at=_moment(record["date"]),
        column=tuple(record["column"]),
        blocks=tuple(blocks),
        source=record["source"],
        document_number=record.get("number", ""),
        publisher=record["source"],
        theme=record.get("theme", "综合政务"),
        keywords=tuple(record.get("keywords", ())),
        attachments=attachments,
    )


def _guide(record: dict[str, Any]) -> LegacyArticle:
    particulars = tuple((label, value) for label, value in record["particulars"].items())
    materials = [f"{at}．{line}" for at, line in enumerate(record["materials"], 1)]
    steps = [f"（{numeral}）{line}" for numeral, line in zip(_NUMERALS, record["steps"], strict=False)]
    form = Attachment(
        f"{record['name']}申请表",
        "docx",
        ("申请人：", "身份证件号码：", "联系电话：", "申请事项：", record["name"]),
    )
    blocks: list[Block] = [
        Table((("项目", "内容"), ("事项名称", record["name"]), *particulars)),
        Paragraph("一、受理条件", strong=True),
        Paragraph(record["conditions"]),
        Paragraph("二、申请材料", strong=True),
        *(Paragraph(line) for line in materials),
        Paragraph("三、办理流程", strong=True),
        *(Paragraph(line) for line in steps),
        Paragraph("四、温馨提示", strong=True),
        Paragraph(record["tip"]),
    ]
    return LegacyArticle(
        key=record["key"],
        title=f"{record['name']}办事指南",
        published_at=_moment(record["date"]),
        column=("办事服务", "办事指南"),
        blocks=tuple(blocks),
        source=record["particulars"]["实施机关"],
        keywords=(record["name"],),
        attachments=(form,),
    )


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=BEIJING)
