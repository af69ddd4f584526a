"""`rongshu inspect FILE|-`: the findings of any text or document, as JSON; needs no installation."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandParser

from rongshu.inspection.checking import inspect_document
from rongshu.inspection.seed_lexicon import built_in_lexicon
from rongshu.library.reading.document import Document
from rongshu.library.reading.files import is_picture, read_file
from rongshu.library.reading.limits import LARGEST_FILE

WRONG_FILE: Final = 2
UNREADABLE: Final = 3


class Command(BaseCommand):
    """Inspect with the built-in lexicon. Exit 0: inspected, 2: no such file, 3: unreadable."""

    help = "检查文本或文档（txt、html、pdf、docx、xlsx），以 JSON 数组输出发现的问题"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the file."""
        parser.add_argument("file", metavar="FILE", help="要检查的文件；- 表示标准输入")
        parser.add_argument("--text", action="store_true", help="只输出读到的正文，即起止位置所指的文本")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, inspect, print."""
        content, name = self._content(options["file"])
        document = read_file(content, name)
        if options["text"]:
            self.stdout.write(document.text, ending="")
            return
        if is_picture(content):
            self._refuse(f"{name or '标准输入'}是图片，其中的文字由后台识别；请提供文本或文档。", UNREADABLE)
        self.stdout.write(_as_json(document))
        if not document.text and any(
            each.code in {"unreadable", "encrypted", "bomb"} for each in document.hindrances
        ):
            self._refuse(document.hindrances[0].sentence + "。", UNREADABLE)

    def _content(self, file: str) -> tuple[bytes, str]:
        if file == "-":
            return sys.stdin.buffer.read(LARGEST_FILE + 1), ""
        path = Path(file)
        try:
            with path.open("rb") as opened:
                return opened.read(LARGEST_FILE + 1), path.name
        except FileNotFoundError:
            self._refuse(f"没有文件“{file}”，请核对路径。", WRONG_FILE)
        except IsADirectoryError:
            self._refuse(f"“{file}”是目录，请给出其中的文件。", WRONG_FILE)
        except OSError as error:
            self._refuse(f"无法读取“{file}”：{error.strerror}。", WRONG_FILE)
        raise AssertionError

    def _refuse(self, sentence: str, code: int) -> None:
        self.stderr.write(sentence)
        sys.exit(code)


def _as_json(document: Document) -> str:
    findings = inspect_document(document, built_in_lexicon())
    rows = [json.dumps(finding.as_json(), ensure_ascii=False) for finding in findings]
    return "[" + ",\n ".join(rows) + "]"
