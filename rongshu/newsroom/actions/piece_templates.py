"""Templates that a unit keeps for itself."""

from __future__ import annotations

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import record
from rongshu.foundation.errors import InvalidInput
from rongshu.foundation.text import normalise_line
from rongshu.library.permissions import may_write
from rongshu.newsroom.editing_errors import TemplateNameTaken
from rongshu.newsroom.models.drafting import Draft, PieceTemplate

# What belongs to one piece, or to files a template does not carry.
_NOT_KEPT = frozenset({"PubDate", "Image", "DocNo", "WrittenDate", "PolicyRef"})
_LONGEST_NAME = 40


def keep_as_template(*, actor: Person, draft: Draft, name: str) -> PieceTemplate:
    """Keep what a draft holds as a beginning for other pieces of its unit."""
    name = _checked(name, field="template-name")
    with transaction.atomic():
        require(may_write(viewer_for(actor), draft.owner_id))
        if PieceTemplate.objects.filter(owner_id=draft.owner_id, name=name, is_active=True).exists():
            raise TemplateNameTaken(fields={"template-name": "已有同名模板"})
        template, _ = PieceTemplate.objects.update_or_create(
            owner_id=draft.owner_id,
            name=name,
            defaults={
                "type_code": draft.type_code,
                "values": {key: value for key, value in draft.values.items() if key not in _NOT_KEPT},
                "body": draft.body,
                "created_by": actor,
                "is_active": True,
            },
        )
        record(actor, "piece-template.kept", template, name=name)
    return template


def rename_template(*, actor: Person, template: PieceTemplate, name: str) -> PieceTemplate:
    """Give a template another name. Raise `TemplateNameTaken`, `InvalidInput`."""
    name = _checked(name, field="name")
    with transaction.atomic():
        template = PieceTemplate.objects.select_for_update().get(pk=template.pk)
        require(may_write(viewer_for(actor), template.owner_id))
        namesakes = PieceTemplate.objects.filter(owner_id=template.owner_id, name=name).exclude(
            pk=template.pk
        )
        if namesakes.filter(is_active=True).exists():
            raise TemplateNameTaken(fields={"name": "已有同名模板"})
        namesakes.delete()  # one that is offered no more gives its name away
        former, template.name = template.name, name
        template.save(update_fields=["name"])
        record(actor, "piece-template.renamed", template, former=former, name=name)
    return template


def drop_template(*, actor: Person, template: PieceTemplate) -> None:
    """Offer a template no more."""
    with transaction.atomic():
        require(may_write(viewer_for(actor), template.owner_id))
        PieceTemplate.objects.filter(pk=template.pk).update(is_active=False)
        record(actor, "piece-template.dropped", template, name=template.name)


def _checked(name: str, *, field: str) -> str:
    name = normalise_line(name)
    if not name or len(name) > _LONGEST_NAME:
        raise InvalidInput("请给模板起一个不超过 40 字的名称。", fields={field: "须填写，不超过 40 字"})
    return name
