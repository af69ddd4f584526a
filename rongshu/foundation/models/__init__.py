"""Events, work, leases, audit, calendar, rules and the installation itself."""

from rongshu.foundation.models.audit import AuditRecord, AuditSeal
from rongshu.foundation.models.calendar import CalendarDay, CalendarYear
from rongshu.foundation.models.events import ConsumerCursor, Event, EventStream
from rongshu.foundation.models.installation import Installation
from rongshu.foundation.models.marks import ChangeMark
from rongshu.foundation.models.rules import RuleValue
from rongshu.foundation.models.work import DueItem, Lease, Work

__all__ = [
    "AuditRecord",
    "AuditSeal",
    "CalendarDay",
    "CalendarYear",
    "ChangeMark",
    "ConsumerCursor",
    "DueItem",
    "Event",
    "EventStream",
    "Installation",
    "Lease",
    "RuleValue",
    "Work",
]
