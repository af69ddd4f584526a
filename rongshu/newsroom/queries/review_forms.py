"""What a review form (发布审核表) says: the piece, the way it went, and everybody's decision."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from rongshu.newsroom.machine import Act
from rongshu.newsroom.models import Review, ReviewAct, ReviewForm, ReviewPlace

_SHOWN = {Act.SUBMIT, Act.PASS, Act.RETURN, Act.ESCALATE, Act.ANSWER, Act.DELEGATE, Act.PUBLISH, Act.WITHDRAW}
# 綦江 and others: what the three reviews look at.
ASPECTS = ("政治", "法律", "政策", "保密", "文字", "舆情")


def archived_form_of(review: Review) -> ReviewForm | None:
    """Return the form as it was archived with the piece, once it has been."""
    return ReviewForm.objects.filter(review=review).first()


def form_of(review: Review) -> dict[str, Any]:
    """Return the form as plain values: what is archived as JSON, and what the page and the print show."""
    version, resource = review.version, review.resource
    elements = version.elements
    return {
        "form": "发布审核表",
        "review": str(review.pk),
        "title": version.title,
        "index_number": resource.index_number or "",
        "document_number": str(elements.get("FileNum", "")),
        "owner": review.owner.name,
        "source": version.content_source,
        "author": version.author,
        "editor": version.editor,
        "version_number": version.number,
        "version_digest": review.version_digest,
        "attachments": [str(each.get("name", "")) for each in version.attachments],
        "places": _places(review),
        "flow": review.flow.name,
        "flow_reason": review.flow_reason,
        "aspects": list(ASPECTS),
        "state": review.get_state_display(),
        "steps": [_step(step) for step in review.steps.select_related("done_act__person")],
        "acts": [_act(act) for act in _acts(review)],
        "approval": str(review.approval_id or ""),
    }


def _places(review: Review) -> list[str]:
    if review.column is not None:
        return [f"{review.column.site.name} {review.column.name}"]
    places = ReviewPlace.objects.filter(review=review).select_related("column__site")
    return [f"{place.column.site.name} {place.column.name}" for place in places]


def _acts(review: Review) -> list[ReviewAct]:
    """Return the decisions of this case and of those before it that came back, oldest first."""
    acts = ReviewAct.objects.filter(
        review__resource_id=review.resource_id,
        review__base_number=review.base_number,
        review__column=review.column,
        review__opened_at__lte=review.opened_at,
        kind__in=_SHOWN,
    )
    return list(acts.select_related("person", "step", "to_person", "review").order_by("at", "id"))


def _step(step: Any) -> dict[str, Any]:
    act = step.done_act
    return {
        "name": step.name,
        "kind": step.get_kind_display(),
        "level": step.level,
        "person": act.person.name if act and act.person else "",
        "at": _moment(act.at) if act else "",
        "opinion": (act.comment or "同意") if act else "",
    }


def _act(act: ReviewAct) -> dict[str, Any]:
    return {
        "version_number": act.review.version_number,
        "what": Act(act.kind).label,
        "step": act.step.name if act.step else "",
        "person": act.person.name if act.person else "系统时钟",
        "to": act.to_person.name if act.to_person else "",
        "at": _moment(act.at),
        "from": act.address or act.via,
        "comment": act.comment,
        "marks": act.marks,
        "office": act.details.get("office_name", ""),
        "document_number": act.details.get("document_number", ""),
    }


def _moment(at: Any) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"
