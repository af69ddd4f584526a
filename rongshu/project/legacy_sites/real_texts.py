"""Articles from the real corpora under a data folder; nothing of them is kept in the project."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from rongshu.project.legacy_sites.articles import (
    BEIJING,
    Attachment,
    Block,
    LegacyArticle,
    Paragraph,
    Picture,
    Table,
)

# A clause that begins a new paragraph in texts whose line breaks were lost.
_BREAK = re.compile(
    r"(?<=[。；：！？”）])\s*(?=[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）|第[一二三四五六七八九十百]{1,4}[章条])"
)
_SENTENCE = re.compile(r"(?<=[。！？])")
_NUMBER = re.compile(r"^\s*([\u4e00-\u9fff]{2,12})[〔\[［（(【﹝](\d{4})[〕\]］）)】﹞]\s*第?(\d{1,4})号")
_DAY = re.compile(r"((?:19|20)\d\d)[年./-](\d{1,2})[月./-](\d{1,2})")
_NETIZEN = re.compile(r"(网友|市民|网民|来信人)[“\"‘][^”\"’]{1,20}[”\"’]")
_SURNAME = re.compile(r"([\u4e00-\u9fff])[\u4e00-\u9fff]{0,2}(先生|女士|同志|小姐)")
_PHONE = re.compile(r"(?<!\d)(?:0\d{2,3}[-－]?[\d*-]{7,14}|1[3-9]\d{9})(?!\d)")
_LONGEST = 900  # characters of a paragraph before it is cut at a sentence


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """Running text cut where its headings and clauses begin, long stretches at a sentence."""
    pieces = (piece.strip("\u3000 \t\xa0") for line in text.splitlines() for piece in _BREAK.split(line))
    return tuple(Paragraph(short) for piece in pieces if piece for short in _shortened(piece))


def _shortened(piece: str) -> Iterator[str]:
    held = ""
    for sentence in _SENTENCE.split(piece):
        if held and len(held) + len(sentence) > _LONGEST:
            yield held.strip()
            held = ""
        held += sentence
    if held.strip():
        yield held.strip()


def policy_documents(path: Path, chance: random.Random) -> list[LegacyArticle]:
    """hebei_policy: policy documents and interpretations of provincial departments."""
    return [_policy(record, chance) for record in _records(path) if len(record["text"]) > 60]


def _policy(record: dict[str, Any], chance: random.Random) -> LegacyArticle:
    number, text = _split_number(record["text"])
    department = record["department"].removesuffix("-政府信息公开")
    name = re.split(r"[_+]", record["column"])[-1] if "_" in record["column"] else record["column"]
    column = ("政务公开", "政策文件" if "+" in record["column"] else name)
    blocks: tuple[Block, ...] = paragraphs(text)
    return LegacyArticle(
        key=record["id"],
        title=_one_line(record["title"]),
        published_at=_moment(record["date"], number or text[-60:], chance),
        column=column,
        blocks=_with_picture(blocks, chance),
        source=department,
        document_number=number,
        publisher=department,
        theme=record["category"] or "综合政务",
        keywords=(department, column[-1]),
        attachments=_some_attachments(record["title"], chance),
    )


def work_reports(path: Path, chance: random.Random) -> list[LegacyArticle]:
    """gov_work_reports: the longest texts a site has; published on the web long after they were given."""
    return [
        LegacyArticle(
            key=record["id"],
            title=_one_line(record["title"]),
            published_at=_any_moment(chance, max(record["year"], 2003)),
            column=("政务公开", "政府工作报告"),
            blocks=paragraphs(record["text"]),
            source="国务院",
            keywords=("政府工作报告",),
        )
        for record in _records(path)
    ]


def service_guides(path: Path, chance: random.Random) -> list[LegacyArticle]:
    """service_matters_guangdong: a table of particulars, conditions and materials for each matter."""
    wanted = [record for record in _records(path) if len(record.get("accept_standard") or "") > 80]
    return [_guide(record, chance) for record in wanted]


_PARTICULARS = {
    "事项名称": "TASK_NAME",
    "事项类型": "matter_type",
    "实施机关": "DEPT_NAME",
    "法定办结时限": "handle_time",
    "承诺办结时限": "handle_time_limit",
    "办理地点": "handle_location",
    "咨询电话": "consult_phone",
}


def _guide(record: dict[str, Any], chance: random.Random) -> LegacyArticle:
    shown = ((label, _one_line(str(record.get(field) or ""))) for label, field in _PARTICULARS.items())
    table = Table((("项目", "内容"), *((label, value) for label, value in shown if value)))
    materials = [f"{at}．{name}" for at, name in enumerate(record.get("material_intro") or [], 1)]
    blocks: list[Block] = [table, Paragraph("受理条件", strong=True), *paragraphs(record["accept_standard"])]
    if materials:
        blocks += [Paragraph("申请材料", strong=True), *(Paragraph(_one_line(line)) for line in materials)]
    return LegacyArticle(
        key=record["id"],
        title=f"{_one_line(record['TASK_NAME'])}办事指南",
        published_at=_any_moment(chance, 2014),
        column=("办事服务", "办事指南"),
        blocks=tuple(blocks),
        source=record["DEPT_NAME"],
        keywords=tuple(record.get("theme_category") or ()),
    )


def answered_letters(path: Path, chance: random.Random) -> list[LegacyArticle]:
    """citizen_letters/replies: letter and reply as one page, persons and numbers masked."""
    return [
        LegacyArticle(
            key=record["id"],
            title=masked(_one_line(record["title"])),
            published_at=_moment(record["reply_time"], "", chance),
            column=("互动交流", "信件选登"),
            blocks=(
                Paragraph("来信内容", strong=True),
                *paragraphs(masked(record["text"])),
                Paragraph("回复内容", strong=True),
                *paragraphs(masked(record["reply"])),
            ),
            source="市长信箱",
        )
        for record in _records(path)
        if len(record["text"]) + len(record["reply"]) > 150
    ]


def epidemic_notices(path: Path, chance: random.Random) -> list[LegacyArticle]:
    """covid_policy_qa: local notices and news of early 2020."""
    articles = [_notice(record, chance) for record in _records(path) if len(record["title"]) >= 8]
    return [article for article in articles if len(article.text) > 100]


def _notice(record: dict[str, Any], chance: random.Random) -> LegacyArticle:
    start = datetime(2020, 1, 25, 8, tzinfo=BEIJING)
    moment = start + timedelta(minutes=chance.randrange(60 * 24 * 60))
    number, lines = _taken_number(record["text"].removeprefix(record["title"]).split())
    return LegacyArticle(
        key=record["id"],
        title=_one_line(record["title"]),
        published_at=moment,
        column=("专题专栏", "疫情防控"),
        blocks=_with_picture(paragraphs("\n".join(lines)), chance),
        source=chance.choice(("疫情防控指挥部", "卫生健康委员会", "市政府办公室")),
        document_number=number,
    )


def masked(text: str) -> str:
    """A letter without the names and telephone numbers of its persons."""
    text = _NETIZEN.sub(r"\1", text)
    text = _SURNAME.sub(r"\1某\2", text)
    return _PHONE.sub("（电话略）", text)


CORPORA: dict[str, Callable[[Path, random.Random], list[LegacyArticle]]] = {
    "hebei_policy/corpus.jsonl.gz": policy_documents,
    "gov_work_reports/corpus.jsonl.gz": work_reports,
    "service_matters_guangdong/matters.jsonl.gz": service_guides,
    "citizen_letters/replies.jsonl": answered_letters,
    "covid_policy_qa/corpus.jsonl": epidemic_notices,
}


def _records(path: Path) -> Iterator[dict[str, Any]]:
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    return (json.loads(line) for line in text.split("\n") if line)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _split_number(text: str) -> tuple[str, str]:
    """The document number a text begins with, in its normal form, and the text after it."""
    found = _NUMBER.match(text)
    if not found:
        return "", text
    prefix, year, number = found.groups()
    return f"{prefix}〔{year}〕{int(number)}号", text[found.end() :].strip()


def _taken_number(lines: list[str]) -> tuple[str, list[str]]:
    """The document number that stands alone on one of the first lines, and the other lines."""
    for at, line in enumerate(lines[:8]):
        number, rest = _split_number(line)
        if number and not rest:
            return number, lines[:at] + lines[at + 1 :]
    return "", lines


def _moment(date: str, hint: str, chance: random.Random) -> datetime:
    """The record's own day; else a day in the text, the year of the document number, or any day."""
    found = _DAY.search(date) or _DAY.search(hint)
    year, month, day = map(int, found.groups()) if found else (0, 0, 0)
    if 1998 <= year <= 2025 and 1 <= month <= 12 and 1 <= day <= 28:
        return datetime(year, month, day, chance.randint(8, 17), chance.randrange(60), tzinfo=BEIJING)
    named = re.search(r"〔(\d{4})〕", hint)
    return _any_moment(chance, max(int(named[1]), 2000) if named else None)


def _any_moment(chance: random.Random, year: int | None = None) -> datetime:
    first = datetime(year or chance.randint(2004, 2020), 1, 5, 8, tzinfo=BEIJING)
    return first + timedelta(days=chance.randrange(350), minutes=chance.randrange(540))


def _with_picture(blocks: tuple[Block, ...], chance: random.Random) -> tuple[Block, ...]:
    if chance.random() > 0.2 or len(blocks) < 2:
        return blocks
    drawing = chance.choice(("bars", "line", "landscape"))
    alt = {"bars": "分年度情况柱状图", "line": "变化趋势折线图", "landscape": "现场图片（示意）"}[drawing]
    return (blocks[0], Picture(alt, drawing, caption=f"图：{alt}"), *blocks[1:])  # type: ignore[arg-type]


def _some_attachments(title: str, chance: random.Random) -> tuple[Attachment, ...]:
    if chance.random() > 0.25:
        return ()
    short = re.sub(r"[\\/:*?\"<>|\s]", "", title)[:24]
    return (
        Attachment(f"附件1：{short}任务分工表", "xlsx", ("序号\t任务\t责任单位", "1\t制定方案\t办公室")),
        Attachment(
            f"附件2：{short}申报表", chance.choice(("docx", "pdf")), ("单位名称：", "负责人：", "日期：")
        ),
    )[: chance.randint(1, 2)]
