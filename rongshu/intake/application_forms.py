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
