"""What a sending platform is answered: of each record that it came, and what became of it (P2-16)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Final
from uuid import UUID

from rongshu.intake.models import IntakeArticle, IntakeTask, TaskRow
from rongshu.intake.queries.tasks import as_failed
from rongshu.library.models import Resource

_AT_ONCE: Final = 500
_Outcome = IntakeArticle.Outcome


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to one record, by the sender's own key and the digest of what was received.

    `state`: failed (in the error queue, with code and reason), received (in the library, not yet public),
    published, or pending (read, not yet through the gate).
    """

    key: str
    digest: str
    state: str
    code: str
    reason: str
    resource: str

    def as_dict(self) -> dict[str, str]:
        """The receipt as one line of JSON."""
        return asdict(self)


def receipts_of(task: IntakeTask) -> Iterator[Receipt]:
    """Yield the receipts of a task's records in the order they first came; each record has one."""
    last = 0
    rows = task.rows.select_related("article").order_by("pk")
    while some := list(rows.filter(pk__gt=last)[:_AT_ONCE]):
        last = some[-1].pk
        known = {row.pk: _resource_of(row) for row in some}
        public = set(
            Resource.objects.filter(
                pk__in=[one for one in known.values() if one], effective_version__isnull=False
            ).values_list("pk", flat=True)
        )
        yield from (_receipt(row, known[row.pk], known[row.pk] in public) for row in some)


def _resource_of(row: TaskRow) -> UUID | None:
    if row.article is None:
        return None
    return row.article.resource_id or row.article.of_resource_id


def _receipt(row: TaskRow, resource: UUID | None, is_public: bool) -> Receipt:
    named = str(resource) if resource else ""
    if row.code or (row.article is not None and row.article.outcome == _Outcome.REFUSED):
        failed = as_failed(row)
        return Receipt(row.key, row.digest, "failed", failed.code, failed.reason, named)
    state = "published" if is_public else "received" if resource else "pending"
    return Receipt(row.key, row.digest, state, "", "", named)
