"""Every address of the console from the URL table, and which objects its arguments can name."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from rongshu.project.walking.world import Tenant

CONSOLE: Final = "rongshu.project.urls_console"
# Argument → the models it can name. An argument in neither table stops the walk: say here what it names.
_OBJECTS: Final[Mapping[str, Sequence[str]]] = {
    "person_id": ("Person",), "organization_id": ("Organization",), "grant_id": ("RoleGrant",),
    "session_id": ("UserSession",), "factor_id": (), "record_id": ("AuditRecord",),
    "filter_id": ("SavedFilter",), "work_id": ("LongWork",),
    "resource_id": ("Resource",), "version_id": ("ResourceVersion",), "draft_id": ("Draft",),
    "placement_id": ("Placement",), "column_id": ("Column",), "file_id": ("VerificationFile",),
    "review_id": ("Review",), "recall_id": ("Recall",), "request_id": ("PurgeRequest",),
    "assignment_id": ("FlowAssignment",), "period_id": ("KeyPeriod",), "source_id": ("ExemptSource",),
    "finding_id": ("FoundProblem",), "dictionary_id": ("Dictionary",), "rescan_id": ("Rescan",),
    "standard": ("ColumnStandard",),
    "digest": ("StoredFile", "DraftFile"), "slug": ("Site",), "key": ("Block",),
    "category_id": ("Category",), "field_id": ("FieldDefinition",), "topic_id": ("Resource",),
    "type_id": ("ResourceType",),
    "template_id": ("PieceTemplate",), "mandate_id": ("Mandate",), "batch_id": ("ApprovalBatch",),
    "selection_id": ("ColumnSelection",), "relation_id": ("ResourceRelation",), "bulk_id": ("BulkRecall",),
    "address_id": ("LegacyAddress",), "run_id": ("IntakeRun",), "key_id": ("ApiKey",),
    "article_id": ("IntakeArticle",), "pattern_id": ("IntakeTemplate",), "task_id": ("IntakeTask",),
    "many_id": ("IntakeBatch",), "paper_id": ("IntakePaper",),
    "partner_id": ("Partner",), "message_id": ("Message",), "quarantined_id": ("Quarantined",),
    "errand_id": ("Report", "Offer"), "route_id": ("PartnerRoute",),
    "entry_id": ("VocabularyEntry",), "promotion_id": ("Promotion",),
}  # fmt: skip
# Arguments that name nobody's object, and something they can be.
_WORDS: Final[Mapping[str, str]] = {
    "code": "editor", "token": "no-such-link", "step": "take-offline",
    "kind": "asset", "name": "icons", "head": "0123456789", "form": "docx",
    "year": "2026", "day": "2026-10-01",
}  # fmt: skip
# What an argument would be if it named something that is nowhere.
_ABSENT_ID: Final = "01900000-0000-7000-8000-00000000dead"
_ABSENT: Final[Mapping[str, str]] = {
    "session_id": "987654321", "factor_id": "987654321", "slug": "no-such-site", "key": "no-such-block",
    "article_id": "987654321", "standard": "no-such-standard", "digest": f"sha256:{'0' * 64}",
}  # fmt: skip


# Objects of one argument that one person tries; the next one tries others.
_MOST_OBJECTS: Final = 8
Given = Mapping[str, str]


class UnknownArgument(Exception):
    """A URL takes an argument that the walker has no objects for."""


@dataclass(frozen=True)
class Address:
    """An entry of the URL table."""

    name: str
    arguments: tuple[str, ...]

    @property
    def objects(self) -> tuple[str, ...]:
        """The arguments that name somebody's objects."""
        return tuple(one for one in self.arguments if one in _OBJECTS)

    def url(self, given: Mapping[str, str]) -> str:
        """Return the address with these objects; what nobody gave is a word that fits or an absent object."""
        kept = {one: given.get(one) or _WORDS.get(one) or absent(one) for one in self.arguments}
        return reverse(self.name, urlconf=CONSOLE, kwargs=kept)


def absent(argument: str) -> str:
    """Return what names nothing at all."""
    return _ABSENT.get(argument, _ABSENT_ID)


def addresses() -> list[Address]:
    """Return the whole URL table; raise `UnknownArgument` for what the walker could not try."""
    found = list(dict.fromkeys(_addresses(get_resolver(CONSOLE).url_patterns, ())))
    unknown = {one for each in found for one in each.arguments} - _OBJECTS.keys() - _WORDS.keys()
    if unknown:
        raise UnknownArgument(
            f"the tenancy walk does not know what these arguments of addresses name: {sorted(unknown)}."
            " Say it in rongshu/project/walking/addresses.py: in _OBJECTS the models whose objects they name"
            " (and let content.py make one of each for a tenant), or in _WORDS a word that fits"
        )
    return found


def _addresses(patterns: Sequence[URLPattern | URLResolver], taken: tuple[str, ...]) -> Iterator[Address]:
    for pattern in patterns:
        arguments = (*taken, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern.url_patterns, arguments)
        elif pattern.name:
            yield Address(pattern.name, arguments)


def named_by(argument: str, tenant: Tenant) -> list[str]:
    """Return what an argument can name among a tenant's objects."""
    found = [one for model in _OBJECTS[argument] for one in tenant.named.get(model, ())]
    return found or [absent(argument)]


def own(address: Address, tenant: Tenant) -> list[Given]:
    """Return ways to fill the arguments with the tenant's objects: each object of each argument once."""
    pools = [_few(named_by(one, tenant), tenant.number) for one in address.objects]
    longest = max(map(len, pools), default=1)
    turns = zip(*(list(itertools.islice(itertools.cycle(pool), longest)) for pool in pools), strict=True)
    return [dict(zip(address.objects, turn, strict=True)) for turn in turns] if pools else [{}]


def _few(pool: list[str], turn: int) -> list[str]:
    """Return objects spread over the pool, others at each turn."""
    stride = -(-len(pool) // _MOST_OBJECTS)
    return pool[turn % stride :: stride]


def foreign(address: Address, tenant: Tenant, other: Tenant) -> list[Given]:
    """Return ways to fill them with another's objects; of several arguments also with some one's own."""
    all_foreign = [given for given in own(address, other) if not set(given.values()) & other.shared]
    if len(address.objects) < 2 or not all_foreign:
        return all_foreign
    mine, his = own(address, tenant)[0], all_foreign[0]
    mixed = [{**mine, one: his[one]} for one in address.objects]
    return [*all_foreign, *mixed]


def without(given: Given, tenant: Tenant, address: Address) -> Given:
    """Return the same with what is not the tenant's replaced by what is nowhere."""
    return {one: value if value in named_by(one, tenant) else absent(one) for one, value in given.items()}
