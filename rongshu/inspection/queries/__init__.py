"""What the inspection answers. Every read that depends on who asks takes the viewer first."""

from rongshu.inspection.queries.findings import (
    ResolvedFinding,
    blocking_findings,
    finding_for,
    findings_of,
    inspection_of,
    may_read_findings,
    resolved_findings,
    unanswered_findings,
)
from rongshu.inspection.queries.lexicons import lexicon_for

__all__ = [
    "ResolvedFinding",
    "blocking_findings",
    "finding_for",
    "findings_of",
    "inspection_of",
    "lexicon_for",
    "may_read_findings",
    "resolved_findings",
    "unanswered_findings",
]
