"""Taking away standards, categories and elements; with data, only after password and confirmation (P2-03)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from rongshu.accounts.models import Account, Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation import clock
from rongshu.foundation.audit import record
from rongshu.foundation.events import announce, announce_many
from rongshu.library.errors import DeletionUnconfirmed, FieldInUse, StandardInUse
from rongshu.library.events import ResourceClassified, ResourceTypeChanged
from rongshu.library.models import (
    Category,
    Classification,
    ClassificationEntry,
    FieldDefinition,
    LibraryStandard,
    Resource,
    ResourceVersion,
    TopicSelection,
)
from rongshu.library.permissions import may_define

PORTION = 500


@dataclass(frozen=True)
class Consent:
    """What a person gives to delete something that holds data: his password, and its name typed again."""

    password: str
    typed_name: str


def has_data(what: LibraryStandard | Category | FieldDefinition) -> bool:
    """Whether resources stand behind it, so that deleting it needs password and confirmation."""
    if isinstance(what, LibraryStandard):
        return Resource.objects.filter(type__standard=what).exists()
    if isinstance(what, Category):
        return Classification.objects.filter(category__path__startswith=what.path).exists()
    top = what.parent or what
    used = ResourceVersion.objects.filter(resource__type=what.resource_type, elements__has_key=top.name_en)
    return used.exists()


def delete_standard(*, actor: Person, standard: LibraryStandard, consent: Consent | None = None) -> bool:
    """Delete a standard that never held anything; end one that does: its resources stay, nothing new comes.

    Return whether it is gone altogether. Raise `StandardInUse` for the default one, `DeletionUnconfirmed`.
    """
    require(may_define(viewer_for(actor)))
    if standard.is_default:
        raise StandardInUse
    holds_data = has_data(standard)
    _check_consent(actor, standard.name, holds_data, consent)
    with transaction.atomic():
        standard = LibraryStandard.objects.select_for_update().get(pk=standard.pk)
        if has_data(standard) or standard.schemes.exists():
            standard.ended_at = standard.ended_at or clock.now()
            standard.save(update_fields=["ended_at"])
            record(actor, "standard.ended", standard, name=standard.name)
            return False
        record(actor, "standard.deleted", standard, name=standard.name)
        FieldDefinition.objects.filter(resource_type__standard=standard).delete()
        standard.types.all().delete()
        standard.delete()
    return True


def delete_category(*, actor: Person, category: Category, consent: Consent | None = None) -> bool:
    """Delete a category with all below it; what holds data or has a history is ended, its links let go.

    Return whether it is gone altogether. Raise `DeletionUnconfirmed`.
    """
    require(may_define(viewer_for(actor)))
    _check_consent(actor, category.name, has_data(category), consent)
    below = Category.objects.filter(path__startswith=category.path)
    with transaction.atomic():
        below.update(is_active=False)
        record(actor, "category.ended", category, code=category.code, scheme=category.scheme_id)
    while _let_go(actor, category):
        pass
    if ClassificationEntry.objects.filter(category__in=below).exists() or _is_named(below):
        return False
    with transaction.atomic():
        record(actor, "category.deleted", category, code=category.code, scheme=category.scheme_id)
        for each in below.order_by("-path"):
            each.delete()
    return True


def delete_field(*, actor: Person, definition: FieldDefinition, consent: Consent | None = None) -> None:
    """Delete an element; what versions hold under its name stays in them, shown no more.

    A core element stays: raise `FieldInUse`, `DeletionUnconfirmed`.
    """
    require(may_define(viewer_for(actor)))
    if definition.is_system:
        raise FieldInUse
    _check_consent(actor, definition.name_cn, has_data(definition), consent)
    type_ = definition.resource_type
    with transaction.atomic():
        record(actor, "field.removed", definition, name=definition.name_en, with_data=consent is not None)
        announce(ResourceTypeChanged(type_id=type_.pk, type_code=type_.code), actor_id=actor.id)
        definition.delete()


def _check_consent(actor: Person, name: str, holds_data: bool, consent: Consent | None) -> None:
    """Outside any transaction: a password takes its time on purpose."""
    if not holds_data:
        return
    if consent is None:
        raise DeletionUnconfirmed
    wrong = {}
    if consent.typed_name.strip() != name:
        wrong["typed_name"] = f"请输入“{name}”"
    account = Account.objects.filter(person=actor, is_active=True).first()
    if account is None or not account.check_password(consent.password):
        wrong["password"] = "密码不正确"  # noqa: S105 - what is wrong with it
    if wrong:
        raise DeletionUnconfirmed(fields=wrong)


def _let_go(actor: Person, category: Category) -> int:
    """Release one portion of the links of a category and those below it, each with its line in the log."""
    with transaction.atomic():
        links = Classification.objects.filter(category__path__startswith=category.path)
        rows = list(links.values_list("pk", "resource_id", "category_id")[:PORTION])
        Classification.objects.filter(pk__in=[pk for pk, _, _ in rows]).delete()
        ClassificationEntry.objects.bulk_create(
            ClassificationEntry(
                resource_id=resource_id, category_id=category_id, person_id=actor.id,
                rule=f"category-ended:{category.code}", is_removal=True,
            )
            for _, resource_id, category_id in rows
        )  # fmt: skip
        announce_many((ResourceClassified(resource_id=row[1]) for row in rows), actor_id=actor.id)
    return len(rows)


def _is_named(categories: QuerySet[Category]) -> bool:
    """Whether something else names one of them: a merged category, or a topic that gathers by it."""
    gathers = TopicSelection.objects.filter(category__in=categories)
    return gathers.exists() or Category.objects.filter(merged_into__in=categories).exists()
