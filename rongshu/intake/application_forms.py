"""The application form of a migration as a file people write (DB37/T 4560.2, annex B)."""

from __future__ import annotations

from pathlib import Path

import yaml

from rongshu.intake.errors import ApplicationMalformed


def read_application(file: Path) -> dict[str, str]:
    """Return the fields of an application form, by their names; raise ApplicationMalformed."""
    try:
        loaded = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ApplicationMalformed(f"申请表 {file} 读不到：{error.strerror}。") from error
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise ApplicationMalformed(f"申请表 {file} 不是 UTF-8 编码的 YAML，请核对。") from error
    if not isinstance(loaded, dict) or any(isinstance(value, (dict, list)) for value in loaded.values()):
        raise ApplicationMalformed
    return {str(name)[:100]: str(value)[:2000] for name, value in loaded.items() if value is not None}


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
