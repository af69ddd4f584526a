"""What the command line says of options and names, in Chinese.

`argparse` asks gettext for its sentences, under the name `_`; Django writes its own. Here are ours.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from django.core.management import ManagementUtility, get_commands
from django.core.management.base import BaseCommand

_UNKNOWN: Final = 2
_SENTENCES: Final[Mapping[str, str]] = MappingProxyType({
    "usage: ": "用法：",
    "positional arguments": "参数",
    "options": "选项",
    "show this help message and exit": "显示本说明",
    "%(prog)s: error: %(message)s\n": "%(message)s（用法见上，或运行 %(prog)s --help）\n",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s：%(message)s",
    "the following arguments are required: %s": "缺少必填的参数：%s",
    "one of the arguments %s is required": "须给出以下参数之一：%s",
    "unrecognized arguments: %s": "没有这样的参数：%s",
    "unexpected option string: %s": "没有这样的选项：%s",
    "ambiguous option: %(option)s could match %(matches)s": "%(option)s 不明确，可能是 %(matches)s",
    "not allowed with argument %s": "不能与 %s 同时使用",
    "ignored explicit argument %r": "不接受取值 %r",
    "expected one argument": "须给出一个值",
    "expected at most one argument": "至多给出一个值",
    "expected at least one argument": "至少给出一个值",
    "expected %s argument": "须给出 %s 个值",
    "expected %s arguments": "须给出 %s 个值",
    "invalid choice: %(value)r (choose from %(choices)s)": "不能是 %(value)r，可选：%(choices)s",
    "unknown parser %(parser_name)r (choices: %(choices)s)": "不能是 %(parser_name)r，可选：%(choices)s",
    "invalid %(type)s value: %(value)r": "不能是 %(value)r，写法不对",
    "can't open '%(filename)s': %(error)s": "打不开 %(filename)s：%(error)s",
})  # fmt: skip


def run(arguments: list[str]) -> None:
    """Run the command that the arguments name, as `execute_from_command_line` does."""
    told: Any = argparse
    told._ = lambda sentence: _SENTENCES.get(sentence, sentence)
    told.ngettext = lambda one, many, count: told._(one if count == 1 else many)
    _CommandLine(arguments).execute()


class _CommandLine(ManagementUtility):
    """Django's, but for what it says where there is no such command."""

    def fetch_command(self, subcommand: str) -> BaseCommand:
        """Return the command of a name; end with a sentence where there is none."""
        if subcommand not in get_commands():
            name = subcommand.replace("_", "-")
            sys.stderr.write(f"没有“{name}”这个命令。全部命令见 rongshu help。\n")
            sys.exit(_UNKNOWN)
        return super().fetch_command(subcommand)
