"""The list of old addresses as files: CSV for people, maps for an nginx that is to answer by itself."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Final, TextIO

from rongshu.intake.queries.answers import OldAnswer

_KINDS: Final = {"article": "文章", "column": "栏目", "home": "首页", "file": "附件", "gone": "已不存在"}
_NGINX_HEAD: Final = """\
# Old addresses. Include this file in the http {} block, and in the server {} of the old hosts write:
#   if ($rongshu_moved) { return 301 $rongshu_moved; }
#   if ($rongshu_gone) { return 410; }
"""


def write_csv(answers: Iterable[OldAnswer], out: TextIO) -> int:
    """Write one row per old address: address, status, kind, new address, reason; return how many."""
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["旧网址", "状态", "去向", "新网址", "原因"])
    count = 0
    for count, one in enumerate(answers, 1):  # noqa: B007 - returned
        rows.writerow(
            [f"http://{one.host}{one.request_uri}", one.status, _KINDS[one.kind], one.new_url, one.reason]
        )
    return count


def write_nginx(answers: Iterable[OldAnswer], out: TextIO) -> int:
    """Write two maps keyed by host and request URI; return how many addresses."""
    gone: list[str] = []
    out.write(_NGINX_HEAD)
    out.write('map_hash_bucket_size 512;\nmap "$host$request_uri" $rongshu_moved {\n    default "";\n')
    count = 0
    for one in answers:
        count += 1
        key = _quoted(f"{_without_port(one.host)}{one.request_uri}")
        if one.kind == "gone":
            gone.append(key)
        else:
            out.write(f"    {key} {_quoted(one.new_url)};\n")
    out.write('}\nmap "$host$request_uri" $rongshu_gone {\n    default "";\n')
    out.writelines(f"    {key} 1;\n" for key in gone)
    out.write("}\n")
    return count


def _without_port(host: str) -> str:
    name, _, port = host.rpartition(":")
    return name if port.isdigit() else host


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
