"""The foundation's own duties, in the order in which a change travels: number, follow, clock, seal."""

from __future__ import annotations

from rongshu.foundation.consumers import advance_all
from rongshu.foundation.due import carry_out_due
from rongshu.foundation.memory import FreeMemory
from rongshu.foundation.sealing import seal_audit
from rongshu.foundation.sequencer import number_events
from rongshu.foundation.worker import register_duty


def register_foundation_duties() -> None:
    """Make the duties known to the worker."""
    register_duty("clock", lambda: carry_out_due() > 0, every=1)
    register_duty("sequencer", lambda: number_events() > 0, every=0.25, goes_first=True)
    register_duty("consumers", lambda: advance_all() > 0, every=1, goes_first=True)
    register_duty("sealer", lambda: seal_audit() > 0, every=1)
    register_duty("sealer-sweep", lambda: seal_audit(complete=True) > 0, every=3600)
    register_duty("memory", FreeMemory().give_back, every=60)
