"""Templates that a unit keeps for itself."""

from __future__ import annotations

from django.db import transaction
from selectolax.lexbor import LexborHTMLParser

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import record
from rongshu.foundation.errors import InvalidInput
from rongshu.foundation.text import normalise_line
from rongshu.library.models import ResourceVersion
from rongshu.library.permissions import may_write
from rongshu.library.queries import get_version_for
from rongshu.newsroom.editing_errors import TemplateNameTaken
from rongshu.newsroom.form_values import values_of
from rongshu.newsroom.models.drafting import Draft, PieceTemplate
from rongshu.organizations.models import Organization

# What belongs to one piece, or to files a template does not carry.
_NOT_KEPT = frozenset({"PubDate", "Image", "DocNo", "WrittenDate", "PolicyRef"})
_LONGEST_NAME = 40
_FILE = "attachment:"


def keep_as_template(*, actor: Person, draft: Draft, name: str) -> PieceTemplate:
    """Keep what a draft holds as a beginning for other pieces of its unit."""
    kept = PieceTemplate(
        owner_id=draft.owner_id, type_code=draft.type_code, values=draft.values, body=draft.body
    )
    return _keep(actor, kept, name)


def keep_version_as_template(
    *, actor: Person, version: ResourceVersion, owner: Organization, name: str
) -> PieceTemplate:
    """Keep what a saved piece says as a beginning for a unit's other pieces; `NotFound` for a foreign one."""
    version = get_version_for(viewer_for(actor), version.pk)
    kept = PieceTemplate(
        owner=owner, type_code=version.resource.type.code, values=values_of(version), body=version.body
    )
    return _keep(actor, kept, name)


def _keep(actor: Person, kept: PieceTemplate, name: str) -> PieceTemplate:
    name = _checked(name, field="template-name")
    with transaction.atomic():
        require(may_write(viewer_for(actor), kept.owner_id))
        if PieceTemplate.objects.filter(owner_id=kept.owner_id, name=name, is_active=True).exists():
            raise TemplateNameTaken(fields={"template-name": "已有同名模板"})
        template, _ = PieceTemplate.objects.update_or_create(
            owner_id=kept.owner_id,
            name=name,
            defaults={
                "type_code": kept.type_code,
                "values": {key: value for key, value in kept.values.items() if key not in _NOT_KEPT},
                "body": without_files(kept.body),
                "created_by": actor,
                "is_active": True,
            },
        )
        record(actor, "piece-template.kept", template, name=name)
    return template


def without_files(body: str) -> str:
    """Return a text without its pictures and media, and with the names of its attachments as mere words.

    They belong to the piece: a template carries no files.
    """
    if _FILE not in body:
        return body
    parsed = LexborHTMLParser(body)
    for node in parsed.css(f"[src^='{_FILE}']"):
        is_framed = node.parent is not None and node.parent.tag == "figure"
        (node.parent if is_framed and node.parent is not None else node).decompose()
    for node in parsed.css(f"a[href^='{_FILE}']"):
        node.unwrap()
    return (parsed.body.inner_html or "") if parsed.body is not None else ""


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
