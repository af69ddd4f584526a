"""The life of a further publisher. Imports no model at the top: a spawned interpreter has no apps yet."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Final
from uuid import UUID

from rongshu.foundation.kinship import die_with_parent

if TYPE_CHECKING:
    from rongshu.publishing.publisher import Publisher

_TELL_EVERY: Final = 0.5


def accompany(pipe: Connection, settings_module: str, sites: Sequence[str] | None) -> None:
    """Publish whatever nobody else holds until nothing is left to take; then say how much was made."""
    die_with_parent()
    os.environ["DJANGO_SETTINGS_MODULE"] = settings_module
    import django  # noqa: PLC0415 - a fresh interpreter

    django.setup()
    from rongshu.publishing.publisher import Publisher  # noqa: PLC0415 - needs the apps

    publisher = Publisher(progress=_teller(pipe), is_companion=True)
    threading.Thread(target=_listen, args=(pipe, publisher), daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt, OSError):
        outcome = publisher.run(None if sites is None else [UUID(one) for one in sites])
        pipe.send(outcome.made)


def _listen(pipe: Connection, publisher: Publisher) -> None:
    """End with the first publisher, even where that was killed: as if killed, too."""
    while True:
        try:
            _, publisher.processes = pipe.recv()
        except (EOFError, OSError):
            os._exit(1)


def _teller(pipe: Connection) -> Callable[[str, int, int], None]:
    told_at = 0.0

    def tell(slug: str, made: int, left: int) -> None:
        nonlocal told_at
        if time.monotonic() - told_at >= _TELL_EVERY:
            told_at = time.monotonic()
            try:
                pipe.send((slug, made, left))
            except OSError:
                os._exit(1)

    return tell
