"""`rongshu library export|describe|types`: the catalogue of the library, and the interfaces of its types."""

from __future__ import annotations

import json
import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from rongshu.accounts.commands import ActingCommand
from rongshu.accounts.models import Person
from rongshu.accounts.queries import viewer_for
from rongshu.library import catalogue
from rongshu.library.interface_description import json_schema, markdown, openapi
from rongshu.library.models import ResourceType
from rongshu.library.queries import schema_of, visible


class Command(ActingCommand):
    """Read the library from the command line, with the eyes of the person who asks."""

    help = "资源库：导出目录（GB/T 21063.3）、生成接口说明、列出资源类型"

    def add_own_arguments(self, parser: CommandParser) -> None:
        """Add the subcommands."""
        subcommands = parser.add_subparsers(dest="subcommand", required=True)
        export = self.add_deed(subcommands, "export", "导出已生效资源的目录")
        export.add_argument("--format", choices=["xml", "json"], default="xml", help="导出格式")
        export.add_argument("--output", type=Path, metavar="FILE", help="写入文件，默认为标准输出")
        describe = self.add_deed(subcommands, "describe", "生成一种资源类型的接口说明")
        describe.add_argument("type", metavar="TYPE", help="资源类型代码，如 policy-document")
        describe.add_argument("--standard", help="资源库标准代码，默认为缺省标准")
        describe.add_argument("--format", choices=["markdown", "json-schema", "openapi"], default="markdown")
        self.add_deed(subcommands, "types", "列出资源类型")

    def act(self, actor: Person, **options: Any) -> str | None:
        """Do the subcommand."""
        match options["subcommand"]:
            case "export":
                return self._export(actor, options["format"], options["output"])
            case "describe":
                return self._describe(options["type"], options["standard"], options["format"])
            case _:
                types = ResourceType.objects.order_by("standard_id", "position")
                return "\n".join(f"{each.standard_id}\t{each.code}\t{each.name_cn}" for each in types)

    def _export(self, actor: Person, form: str, output: Path | None) -> str | None:
        write = catalogue.write_xml if form == "xml" else catalogue.write_json
        with ExitStack() as stack:
            target = stack.enter_context(output.open("wb")) if output else sys.stdout.buffer
            try:
                count = write(catalogue.entries(visible(viewer_for(actor))), target)
                target.flush()
            except BrokenPipeError:
                # `| head` has read enough. Python would complain again when it closes the pipe at its end.
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                return None
        return f"已导出 {count} 条。" if output else None

    def _describe(self, type_code: str, standard: str | None, form: str) -> str:
        schema = schema_of(type_code, standard=standard)
        if form == "markdown":
            return markdown(schema)
        described = json_schema(schema) if form == "json-schema" else openapi(schema)
        return json.dumps(described, ensure_ascii=False, indent=2)
