"""The report of a trial: for a person, and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from rongshu.federation.conformance.checks import Finding, Outcome

_MARKS: Final = {Outcome.PASSED: "通过", Outcome.FAILED: "不符", Outcome.UNTESTED: "未测"}


def lines_of(findings: Iterable[Finding]) -> Iterable[str]:
    """Yield the report line by line, section by section."""
    section, told = "", ""
    for finding in findings:
        if finding.check.section != section:
            section = finding.check.section
            yield f"\n{section}"
        yield f"  {_MARKS[finding.outcome]}　{finding.check.demand}（{finding.check.code}）"
        # Many checks can't be tried for the same reason: that is said once. What is wrong is said each time.
        if finding.reason and (finding.outcome == Outcome.FAILED or finding.reason != told):
            yield f"        {finding.reason}"
        told = finding.reason


def summary(findings: Sequence[Finding]) -> str:
    """Return the last line."""
    counted = Counter(finding.outcome for finding in findings)
    return "　".join(f"{_MARKS[outcome]} {counted[outcome]}" for outcome in Outcome)


def as_json(base_url: str, findings: Sequence[Finding]) -> dict[str, Any]:
    """Return the report as it is written to a file."""
    return {
        "node": base_url,
        "counts": {outcome.value: sum(one.outcome == outcome for one in findings) for outcome in Outcome},
        "checks": [
            {
                "code": finding.check.code,
                "section": finding.check.section,
                "demand": finding.check.demand,
                "outcome": finding.outcome.value,
                "reason": finding.reason,
                "seconds": round(finding.seconds, 3),
            }
            for finding in findings
        ],
    }
