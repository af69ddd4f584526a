"""The plan of a run: which column of the new site each column of the old one becomes. A file people edit.

source: https://old.example.gov.cn/
site: portal
columns:
  - old: 政务公开 > 通知公告     # as the survey found it
    articles: 120
    to: /zwgk/tzgg/             # a column's path; "新建" makes one of this name; "不迁移" leaves it out
    found_by: name              # name: the column of that name; new: there is none
    confidence: 0.9
extraction:
  - shape: /*/t0_0.html 5f0c…   # pages of one template; keep as it is
    pages: 118
    places:
      published_at:             # where the field stands: the path of its block, the label before the value
        - {path: div.main/div.info, label: 发布时间, share: 0.98, pages: 116, by: learned, confidence: 0.94}
    furniture_lines: []         # lines that stand on every page and are cut off
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import yaml
from django.utils import timezone

from rongshu.intake.columns import SEPARATOR, UNSORTED, ColumnMap, clean_crumbs, standing_columns
from rongshu.intake.errors import MappingMalformed
from rongshu.intake.extraction import TemplateRules
from rongshu.intake.extraction.template_rules import FIELDS
from rongshu.intake.surveying import Survey, rules_learned
from rongshu.sites.models import Site

MAKE, LEAVE_OUT = "新建", "不迁移"
_LONGEST: Final = 2_000_000
_LONGEST_SHAPE: Final = 300
_CONFIDENCE: Final = {"name": 0.9, "name-elsewhere": 0.7, "new": 0.5, "none": 0.3}


def propose(found: Survey, site: Site) -> dict[str, Any]:
    """Return the plan for a surveyed source, most articles first."""
    columns = list(standing_columns(site))
    names = {column.path: column.name for column in columns}
    mapping = ColumnMap.of(columns, before=timezone.now() + timedelta(days=1))
    return {
        "source": found.source,
        "site": site.slug,
        "columns": [_proposed(mapping, path, count, names) for path, count in found.columns.most_common()],
        "extraction": rules_learned(found),
    }


def _proposed(
    mapping: ColumnMap, crumbs: tuple[str, ...], count: int, names: Mapping[str, str]
) -> dict[str, Any]:
    to, found_by, confidence = likeness_of(mapping, crumbs, names)
    return {
        "old": SEPARATOR.join(crumbs),
        "articles": count,
        "to": to,
        "found_by": found_by,
        "confidence": confidence,
    }


def likeness_of(
    mapping: ColumnMap, crumbs: tuple[str, ...], names: Mapping[str, str]
) -> tuple[str, str, float]:
    """Return the path of the column an old one resembles (MAKE for none), how it was found, how surely."""
    to = mapping.path_for(crumbs)
    known = to in names
    found_by = "name" if known else "none" if crumbs == (UNSORTED,) else "new"
    if known and to.count("/") - 1 != len(crumbs):
        found_by = "name-elsewhere"
    return to if known else MAKE, found_by, _CONFIDENCE[found_by]


def written(plan: Mapping[str, Any]) -> str:
    """Return the plan as the text of its file."""
    head = (
        "# 采集迁移方案：逐行核对 to，再用 rongshu intake run --mapping 本文件 执行。\n"
        f"# to 填目标站点的栏目路径；“{MAKE}”按旧栏目名称新建；“{LEAVE_OUT}”的内容不入库，在报告中列出。\n"
        "# extraction 是按模板归纳的提取规则：各项的位置 path、标注 label 和把握 confidence，可以增删改；\n"
        "# by 写 person 的位置优先于网页自带标签。furniture_lines 是每页都有、不算正文的行。\n"
    )
    return head + yaml.safe_dump(dict(plan), allow_unicode=True, sort_keys=False, width=120)


def read_mapping(file: Path, site: Site) -> dict[str, str]:
    """Return breadcrumb → column path, "" to leave out; raise MappingMalformed with the row at fault."""
    paths = {column.path for column in standing_columns(site)}
    chosen: dict[str, str] = {}
    seen: set[str] = set()
    for number, row in enumerate(_rows(file), 1):
        old, to = row.get("old"), row.get("to")
        if not isinstance(old, str) or not isinstance(to, str):
            raise MappingMalformed(f"方案第 {number} 行缺少 old 或 to，请补全后再执行。")
        key = SEPARATOR.join(clean_crumbs(old.split(SEPARATOR.strip())))
        if key in seen:
            raise MappingMalformed(f"方案第 {number} 行的旧栏目“{old}”重复，请只保留一行。")
        seen.add(key)
        if to == LEAVE_OUT:
            chosen[key] = ""
        elif to != MAKE:
            path = f"/{to.strip().strip('/')}/"
            if path not in paths:
                raise MappingMalformed(
                    f"方案第 {number} 行：站点“{site.slug}”没有栏目 {path}，"
                    f"请核对路径，或填“{MAKE}”“{LEAVE_OUT}”。"
                )
            chosen[key] = path
    return chosen


def read_rules(file: Path) -> dict[str, TemplateRules]:
    """Return shape → extraction rules of a plan; raise MappingMalformed with the row at fault."""
    rules: dict[str, TemplateRules] = {}
    for number, row in enumerate(_loaded(file).get("extraction") or (), 1):
        shape = row.get("shape") if isinstance(row, dict) else None
        if not isinstance(shape, str) or not 0 < len(shape) <= _LONGEST_SHAPE:
            raise MappingMalformed(f"方案 extraction 第 {number} 行缺少 shape，请用 plan 生成的原文。")
        try:
            read = TemplateRules.of(row)
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise MappingMalformed(
                f"方案 extraction 第 {number} 行的位置写得不对：每处要有 path，把握和页数是数字。"
            ) from error
        if unknown := set(read.places) - set(FIELDS):
            raise MappingMalformed(f"方案 extraction 第 {number} 行没有“{min(unknown)}”这一项，请核对。")
        rules[shape] = read
    return rules


def _rows(file: Path) -> list[Mapping[str, Any]]:
    rows = _loaded(file).get("columns")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise MappingMalformed(f"方案文件 {file} 没有 columns 列表，请用 rongshu intake plan 生成后再改。")
    return rows


def _loaded(file: Path) -> Mapping[str, Any]:
    try:
        text = file.read_text(encoding="utf-8")
        loaded = yaml.safe_load(text) if len(text) <= _LONGEST else None
    except OSError as error:
        raise MappingMalformed(f"方案文件 {file} 读不到：{error.strerror}。") from error
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise MappingMalformed(f"方案文件 {file} 不是 UTF-8 编码的 YAML，请核对。") from error
    return loaded if isinstance(loaded, dict) else {}
