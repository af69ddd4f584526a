"""Reading: runs and their articles, and the report of a run."""

from rongshu.intake.queries.report import report_of
from rongshu.intake.queries.runs import detours, get_run_for, in_order, runs_for

__all__ = ["detours", "get_run_for", "in_order", "report_of", "runs_for"]
