"""Under which categories a resource stands, and who or what put it there (P2-10)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from rongshu.accounts.viewers import Viewer
from rongshu.library.models import Category, ClassificationEntry, Resource
from rongshu.library.queries.visibility import may_see_drafts


@dataclass(frozen=True)
class Standing:
    """A category a resource stands under, and the last reason for it; None where no log tells."""

    category: Category
    reason: ClassificationEntry | None

    @property
    def is_by_rule(self) -> bool:
        """Whether a rule put it there, and no person."""
        return self.reason is not None and self.reason.person_id is None


def categories_of(resource: Resource) -> list[Standing]:
    """Return where a resource stands, in the order of schemes and codes, each with the last reason."""
    rows = Category.objects.filter(classifications__resource=resource).select_related("scheme")
    reasons: dict[object, ClassificationEntry] = {}
    entries = ClassificationEntry.objects.filter(resource=resource, is_removal=False)
    for entry in entries.select_related("person").order_by("pk"):
        reasons[entry.category_id] = entry
    return [Standing(each, reasons.get(each.pk)) for each in rows.order_by("scheme_id", "code")]


def classification_log(viewer: Viewer, resource: Resource) -> QuerySet[ClassificationEntry]:
    """Return every classification and removal, newest first; for its owner's people only."""
    rows = ClassificationEntry.objects.filter(resource=resource).order_by("-pk")
    rows = rows.select_related("category__scheme", "person")
    return rows if may_see_drafts(viewer, resource.owner_id) else rows.none()
