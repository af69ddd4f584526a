"""Structured logs: for people on stderr, as JSON lines in the data folder, one file per process kind."""

from __future__ import annotations

import logging
import logging.handlers
import sys
from pathlib import Path
from typing import Any, Final

import structlog

from rongshu.project import environment

# 网络安全法 § 21: network logs are kept for at least six months.
DAYS_KEPT: Final = 190

_SHARED: Final[list[Any]] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]


def configure(role: str, *, level: int = logging.INFO) -> None:
    """Send every log record of this process to stderr and to `log/<role>.jsonl`; may be called again."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    root.addHandler(_to_stderr())
    root.addHandler(_to_file(environment.data_folder() / "log", role))
    # What a client asked for in vain is the reader's business, not the operator's.
    logging.getLogger("django.request").setLevel(logging.ERROR)


def _to_stderr() -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    is_json = environment.read("RONGSHU_LOG_FORMAT") == "json"
    handler.setFormatter(_formatter(is_json=is_json))
    return handler


def _to_file(folder: Path, role: str) -> logging.Handler:
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    handler = logging.handlers.TimedRotatingFileHandler(
        folder / f"{role}.jsonl", when="midnight", backupCount=DAYS_KEPT, encoding="utf-8", delay=True
    )
    handler.setFormatter(_formatter(is_json=True))
    return handler


def _formatter(*, is_json: bool) -> logging.Formatter:
    last: list[Any] = [
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    if not is_json:
        last = [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )
