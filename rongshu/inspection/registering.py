"""What the inspection registers with the apps below, once all models are loaded."""

from __future__ import annotations

from rongshu.console.progress import register_work
from rongshu.foundation import due
from rongshu.foundation.consumers import register as register_consumer
from rongshu.foundation.worker import register_duty
from rongshu.inspection.actions.check_live_links import visit_next
from rongshu.inspection.actions.hold_back import hold_back_severe
from rongshu.inspection.actions.recognise_pictures import recognise_next
from rongshu.inspection.actions.rescanning import IN_FORCE, KIND, rescan_when_in_force, run_rescan
from rongshu.inspection.forgetting import forget_purged, purge_consumer
from rongshu.inspection.web.menu import register_menu
from rongshu.library.queries.holding_back import register_hold


def register_inspection() -> None:
    """Register the work in the background and the console's menu."""
    register_work(KIND, run_rescan, is_lengthy=True)
    due.register_deed(IN_FORCE, rescan_when_in_force)
    register_duty("pictures", recognise_next, every=5, lane="recognition")
    register_duty("links", visit_next, every=5, lane="links")
    register_hold(hold_back_severe)
    register_consumer(purge_consumer())
    register_duty("inspection-purges", forget_purged, every=2)
    register_menu()
