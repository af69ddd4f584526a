"""What the newsroom tells the apps below it when the installation starts."""

from __future__ import annotations

from rongshu.console.progress import register_work
from rongshu.foundation import due
from rongshu.foundation.consumers import register as register_consumer
from rongshu.foundation.worker import register_duty
from rongshu.inspection.actions.checks import check_before_publication, check_before_submission
from rongshu.library.queries.withdrawal_notices import register_withdrawal_notices
from rongshu.library.routes import register_routes
from rongshu.newsroom.actions.overdue_steps import OVERDUE, mark_overdue_when_due
from rongshu.newsroom.actions.publish_piece import PUBLISH, publish_when_due
from rongshu.newsroom.actions.recall_piece import BULK_KIND, carry_out_bulk_recall
from rongshu.newsroom.archiving_forms import archive_forms, forms_consumer
from rongshu.newsroom.checking import register_checks
from rongshu.newsroom.keeping_statistics import keep_statistics, statistics_consumer
from rongshu.newsroom.queries.flows import key_periods_now, route_of_column, route_of_owner
from rongshu.newsroom.queries.recalls import notices_of
from rongshu.organizations.queries import ids_in_path
from rongshu.sites.freezing import register_freeze
from rongshu.sites.models import Site


def register_review() -> None:
    """Register routes, freezes and what the clock does."""
    register_routes(of_owner=route_of_owner, of_column=route_of_column)
    register_freeze(_frozen_by)
    register_withdrawal_notices(notices_of)
    register_checks(before_submission=check_before_submission, before_publication=check_before_publication)
    due.register_deed(OVERDUE, mark_overdue_when_due)
    due.register_deed(PUBLISH, publish_when_due)
    register_work(BULK_KIND, carry_out_bulk_recall)
    register_consumer(forms_consumer())
    register_duty("review-forms", archive_forms, every=2)
    # A busy day is counted anew each time: not too often.
    register_consumer(statistics_consumer())
    register_duty("statistics", keep_statistics, every=10)


def _frozen_by(site: Site) -> str:
    periods = key_periods_now(ids_in_path(site.sponsor.path))
    return next((f"“{period.name}”" for period in periods if period.freezes_templates), "")
