"""The lock on the data folder: who serves holds it, and who replaces or erases the data waits for nobody."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from rongshu.foundation.errors import Conflict
from rongshu.foundation.worker import living_workers


class DataInUse(Conflict):
    """Another process of this installation is running."""

    code = "data-in-use"
    sentence = "本平台正在运行（rongshu serve 或其他后台进程），请先停止后再进行此操作。"


@contextmanager
def data_folder_locked() -> Iterator[None]:
    """Hold the data folder for the block; raise `DataInUse`. The kernel frees it when the process dies."""
    with (Path(settings.DATA_FOLDER) / "serve.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DataInUse from error
        yield


@contextmanager
def data_to_ourselves() -> Iterator[None]:
    """Like `data_folder_locked`, and no worker may run elsewhere on the same database."""
    with data_folder_locked():
        if living_workers():
            raise DataInUse
        yield
