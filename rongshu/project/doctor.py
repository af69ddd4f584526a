"""`rongshu doctor`: what is wrong with this installation, and what to do about each."""

from __future__ import annotations

import dataclasses
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection

from rongshu.accounts.errors import NoOperator
from rongshu.accounts.queries import recorded_operator
from rongshu.foundation import clock, storage, work
from rongshu.foundation.installation import NotSetUp, this_installation
from rongshu.foundation.sealing import unsealed, verify_audit
from rongshu.foundation.stream import stream
from rongshu.library.models import StoredFile
from rongshu.project.backups.restoring import unfinished_marker
from rongshu.project.health import LARGEST_LAG, LONGEST_WAIT, health, unapplied_migrations
from rongshu.publishing.models import Rendition
from rongshu.search.errors import UnknownEngine
from rongshu.search.queries.state import engine_health

PROBLEM, NOTE = "problem", "note"


@dataclasses.dataclass(frozen=True)
class Finding:
    """Something wrong ("problem") or worth knowing ("note"), and what a person should do."""

    level: str
    code: str
    sentence: str
    advice: str


Check = Callable[[], Iterator[Finding]]


def examine(*, thorough: bool = False) -> list[Finding]:
    """Run every check; `thorough` also reads all stored files and the whole audit trail."""
    findings = [*_settings(), *_data_folder()]
    database = list(_database())
    findings += database
    if any(finding.level == PROBLEM for finding in database):
        return findings  # everything else asks the database
    checks = [_operator, _worker, _stream, _failing_work, _clock, _audit_tail, _store, _search]
    checks += [_every_stored_file, _whole_audit_trail, _sqlite_file] if thorough else []
    for check in checks:
        findings += check()
    return findings


def _problem(code: str, sentence: str, advice: str) -> Finding:
    return Finding(PROBLEM, code, sentence, advice)


def _note(code: str, sentence: str, advice: str) -> Finding:
    return Finding(NOTE, code, sentence, advice)


def _settings() -> Iterator[Finding]:
    if settings.DEBUG:
        yield _problem(
            "debug-on", "调试开关是打开的，会向访问者暴露内部信息。", "设 RONGSHU_DEBUG=0 后重启。"
        )
    if settings.DEMONSTRATION:
        yield _note(
            "demonstration", "演示开关是打开的，会接受演示区划与演示代码。", "正式使用前设 RONGSHU_DEMO=0。"
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield _problem("any-host", "RONGSHU_HOSTS 接受任何主机名。", "改为本平台的主机名，逗号分隔。")


def _data_folder() -> Iterator[Finding]:
    folder, disk = Path(settings.DATA_FOLDER), health().disk
    if not disk.is_writable:
        yield _problem("data-unwritable", f"数据目录 {folder} 不可写。", "检查目录属主与权限、磁盘是否只读。")
    elif not disk.is_well:
        free = disk.free // 1_000_000
        yield _problem(
            "disk-full", f"磁盘仅剩 {free} MB。", "清理 log/ 与旧备份，或扩容；待发布内容会自动补上。"
        )
    if stat.S_IMODE(folder.stat().st_mode) & stat.S_IRWXO:
        yield _note(
            "data-readable",
            "数据目录允许本机其他用户进入。",
            f"运行 chmod o-rwx {folder}（nginx 用户加入属组）。",
        )
    secret = folder / "secret_key"
    if secret.exists() and stat.S_IMODE(secret.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
        yield _problem(
            "secret-readable", "签名密钥可被其他用户读取。", f"运行 chmod 600 {secret}，并考虑更换密钥。"
        )
    if unfinished_marker().exists():
        yield _problem(
            "restore-unfinished", "上一次恢复没有完成。", "重新运行 rongshu restore 备份目录 --replace。"
        )
    if folder.stat().st_uid != os.geteuid():
        yield _note(
            "other-owner", "数据目录属于另一个用户。", "请用同一个用户运行各条命令，避免文件权限混乱。"
        )


def _database() -> Iterator[Finding]:
    try:
        connection.ensure_connection()
        this_installation()
        pending = unapplied_migrations()
    except NotSetUp as error:
        yield _problem(error.code, "系统尚未初始化。", "运行 rongshu setup --name 名称 --operator 姓名。")
        return
    except (DatabaseError, OSError) as error:
        yield _problem(
            "database", f"数据库不可用：{error}", "检查 DATABASE_URL、数据库是否运行、磁盘与权限。"
        )
        return
    if pending:
        named = "、".join(pending[:3])
        yield _problem(
            "schema-outdated",
            f"数据库结构待升级：{named}。",
            "先 rongshu backup，再 rongshu setup --name 名称 --operator 姓名（原有的不变）。",
        )
    if connection.vendor == "sqlite" and sqlite3.sqlite_version_info < (3, 35):
        yield _problem(
            "sqlite-old", f"SQLite {sqlite3.sqlite_version} 过旧。", "换用带 SQLite 3.35 以上的 Python。"
        )


def _operator() -> Iterator[Finding]:
    try:
        recorded_operator()
    except NoOperator:
        yield _problem(
            "no-operator", "登记的运维人员不存在或已离岗。", "命令请加 --as 指定在岗人员，并重新登记。"
        )


def _worker() -> Iterator[Finding]:
    found = health().progress
    if found is not None and not found.workers:
        yield _note(
            "worker",
            "后台进程没有运行，变更不会自动发布。",
            "运行 rongshu serve；只补一次用 rongshu publish。",
        )


def _stream() -> Iterator[Finding]:
    state = health()
    found = state.progress
    for name, lag in found.lags.items() if found else ():
        if lag > LARGEST_LAG:
            yield _problem(
                "lag", f"消费者 {name} 滞后 {lag} 条事件。", "查看 log/worker.jsonl 中的 duty-failed。"
            )
        elif lag < 0:
            yield _note("rebuild-due", f"消费者 {name} 尚待重建。", "运行 rongshu serve 后自动进行。")
    if "lag" in state.problems and state.waiting_seconds > LONGEST_WAIT:
        yield _problem(
            "events-waiting",
            f"最早的一条变更已等待 {state.waiting_seconds // 60} 分钟，还没有处理。",
            "确认 rongshu serve 在运行；在运行时查看 log/worker.jsonl 中的 duty-failed。",
        )


def _failing_work() -> Iterator[Finding]:
    for row in work.failing()[:20]:
        first = row.last_error.splitlines()[0] if row.last_error else ""
        sentence = f"{row.queue} 的 {row.key} 失败 {row.attempts} 次：{first[:120]}"
        yield _problem("work-failing", sentence, "按错误排除原因，之后自动重试；详情见 log/worker.jsonl。")


def _clock() -> Iterator[Finding]:
    found = health().progress
    if stream().tick > clock.now() + timedelta(seconds=30):
        yield _problem(
            "clock-set-back", "服务器时钟早于已推进的时刻。", "校准时钟（NTP）；定时内容在追上之前不会提前。"
        )
    if found is not None and found.overdue and found.workers:
        yield _problem(
            "overdue", f"有 {found.overdue} 项到期未办。", "查看 log/worker.jsonl 中的 due-deed-failed。"
        )


def _audit_tail() -> Iterator[Finding]:
    late = unsealed().filter(at__lt=clock.now() - timedelta(minutes=5)).count()
    if late:
        yield _note(
            "audit-unsealed",
            f"有 {late} 条审计记录超过五分钟未封存。",
            "运行 rongshu serve，后台进程会封存。",
        )


def _store() -> Iterator[Finding]:
    missing = [digest for digest in _named_files() if not storage.exists(digest)]
    if missing:
        sentence = f"文件库缺少 {len(missing)} 个文件，如 {missing[0]}。"
        yield _problem("store-missing", sentence, "用 rongshu restore 从备份恢复，或从备份的 store/ 拷回。")


def _search() -> Iterator[Finding]:
    try:
        found = engine_health()
    except UnknownEngine as error:
        yield _problem("search-url", error.message, "写法见运维手册“OpenSearch”；改好后重启。")
        return
    if found.is_well:
        return
    if settings.SEARCH_URL:
        yield _problem("search", found.problem, "恢复后，期间的改动自动补上；其余页面不受影响。")
    else:
        yield _note("search", found.problem, "运行 rongshu serve，后台进程会生成索引。")


def _every_stored_file() -> Iterator[Finding]:
    damaged = [
        digest for digest in _named_files() if storage.exists(digest) and not storage.is_intact(digest)
    ]
    if damaged:
        sentence = f"文件库有 {len(damaged)} 个文件与指纹不符，如 {damaged[0]}。"
        yield _problem("store-damaged", sentence, "删除这些文件，再从备份的 store/ 拷回同名文件。")


def _whole_audit_trail() -> Iterator[Finding]:
    verdict = verify_audit()
    if not verdict.is_sound:
        sentence = f"审计链有 {len(verdict.findings)} 处问题。"
        yield _problem("audit-unsound", sentence, "运行 rongshu audit verify 查看，并保全现场。")


def _sqlite_file() -> Iterator[Finding]:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(3)")
        answers = [row[0] for row in cursor.fetchall()]
    if answers != ["ok"]:
        yield _problem("database-damaged", f"数据库文件损坏：{answers[0]}", "停止服务，从最近的备份恢复。")


def _named_files() -> Iterator[str]:
    rows: Final = StoredFile.objects.order_by("pk").values_list("digest", flat=True)
    yield from rows.iterator(chunk_size=2000)
    yield from Rendition.objects.order_by("pk").values_list("digest", flat=True).iterator(chunk_size=2000)
