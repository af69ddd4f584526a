"""Duties of the federation: keep the feed, pull from each partner by itself, send what waits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Final
from uuid import UUID

import structlog
from django.db import connection

from rongshu.federation.actions.pull_partner import pull_partner
from rongshu.federation.actions.send_messages import hint, partners_to_hint, partners_to_tell, send_to
from rongshu.federation.models import Partner
from rongshu.federation.queries.partners import partners_to_pull
from rongshu.foundation import clock
from rongshu.foundation.errors import RongshuError
from rongshu.foundation.leases import LeaseHeld

log = structlog.get_logger("rongshu.federation")
_PULLERS: Final = 3
_TELLERS: Final = 4
_PATIENCE: Final = 0.5
_AT_A_TIME: Final = 10
"""Batches of one partner: a recall elsewhere must not wait until all of a first synchronisation is here."""


class _Crew:
    """A few threads, each at one partner: one that does not answer keeps nobody waiting but itself."""

    def __init__(self, size: int, name: str, deed: Callable[[Partner], bool]) -> None:
        self._size, self._name, self._deed = size, name, deed
        self._pool: ThreadPoolExecutor | None = None
        self._busy: dict[UUID, Future[bool]] = {}
        self._lock = threading.Lock()

    def run(self, partners: list[Partner]) -> bool:
        """Begin at partners nobody is at, wait a moment, and return whether any got something done.

        No more than there are threads: who would queue behind them is asked for anew, and by then the order
        may be another.
        """
        with self._lock:
            for partner in partners:
                if len(self._busy) < self._size and partner.pk not in self._busy:
                    self._busy[partner.pk] = self._begin(partner)
            if not self._busy:
                return False
            wait(self._busy.values(), timeout=_PATIENCE, return_when="FIRST_COMPLETED")
            ended = {key: future for key, future in self._busy.items() if future.done()}
            for key in ended:
                del self._busy[key]
        return any(future.result() for future in ended.values()) or bool(self._busy)

    def _begin(self, partner: Partner) -> Future[bool]:
        self._pool = self._pool or ThreadPoolExecutor(self._size, thread_name_prefix=self._name)
        return self._pool.submit(self._at, partner)

    def _at(self, partner: Partner) -> bool:
        try:
            return self._deed(partner)
        except LeaseHeld:
            return False
        except RongshuError as error:
            log.warning(
                "federation.partner-failed", partner=str(partner.pk), code=error.code, fields=error.fields
            )
            return False
        except Exception:
            log.exception("federation.partner-failed", partner=str(partner.pk))
            return False
        finally:
            connection.close()


def _pull(partner: Partner) -> bool:
    return not pull_partner(partner, most_batches=_AT_A_TIME).is_idle


def _tell(partner: Partner) -> bool:
    return send_to(partner) > 0


_pullers: Final = _Crew(_PULLERS, "federation-pull", _pull)
_tellers: Final = _Crew(_TELLERS, "federation-tell", _tell)
_hinters: Final = _Crew(_TELLERS, "federation-hint", hint)


def pull_from_partners() -> bool:
    """Pull from everyone whose time has come."""
    return _pullers.run(partners_to_pull(clock.now()))


def send_to_partners() -> bool:
    """Send what waits."""
    return _tellers.run(partners_to_tell(clock.now()))


def hint_to_partners() -> bool:
    """Tell how far our feed is."""
    return _hinters.run(partners_to_hint())
