"""What an article page is made of, and what a whole batch of them needs around the versions."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

from rongshu.foundation.prepared import Prepared
from rongshu.library.models import Category, FieldDefinition, ResourceRelation, TopicMember
from rongshu.publishing.loading.context import SiteContext
from rongshu.publishing.loading.entries import Reference, Shown, note, references, shown_by
from rongshu.publishing.loading.people import rank
from rongshu.publishing.loading.reads import Reads
from rongshu.publishing.loading.rows import VISIBLE, joined
from rongshu.publishing.pages.models import ColumnFrame, Entry, Link
from rongshu.sites.models import Placement

_TOPIC_MEMBERS: Final = 300
_COLLEAGUES: Final = 300
_PAGES_WITH_COLLEAGUES: Final = {"leader", "institution"}
_SCHEMES: Final = ("theme", "genre", "audience")


@dataclasses.dataclass(frozen=True)
class Related:
    """A relation seen from one resource: its kind, whether it goes out, and the other end."""

    kind: str
    is_outgoing: bool
    other_id: UUID


@dataclasses.dataclass
class Surroundings:
    """What a batch of pages refers to, read once for all of them."""

    relations: Mapping[UUID, Sequence[Related]]
    references: Mapping[UUID, Reference]
    canonical_sites: Mapping[UUID, UUID]
    categories: Mapping[tuple[str, str], str]
    fields: Mapping[UUID, Sequence[tuple[str, str]]]
    members: Mapping[UUID, Sequence[UUID]]
    colleagues: Mapping[UUID, Sequence[Shown]]


@dataclasses.dataclass(frozen=True)
class Material:
    """Everything one page is made of."""

    context: SiteContext
    shown: Shown
    column: ColumnFrame
    body_html: str
    files: Mapping[str, str]
    reads: Reads
    around: Surroundings

    @property
    def canonical_url(self) -> str:
        """The absolute address of the canonical place: at the origin, or on another site; else ""."""
        if self.shown.origin and self.shown.origin.url:
            return self.shown.origin.url
        site_id = self.around.canonical_sites.get(self.shown.resource.id)
        if site_id is None:
            return ""
        self.reads.site(site_id)
        site = self.context.directory.sites.get(site_id)
        return site.base_url.rstrip("/") + self.shown.url if site and site.is_online else ""

    @property
    def origin(self) -> Link | None:
        """Whose the resource is and its page there, when another node owns it."""
        found = self.shown.origin
        if found is None:
            return None
        if self.context.is_leaving(found.url):
            return Link(found.name, self.reads.leaving(found.url), is_leaving=True)
        return Link(found.name, found.url)

    @property
    def is_related(self) -> bool:
        """Whether the resource stands in any relation."""
        return self.shown.resource.id in self.around.relations

    def related(self, kind: str, *, is_outgoing: bool) -> tuple[Entry, ...]:
        """The entries on the other end of one kind of relation."""
        return tuple(shown.entry() for shown in self.related_shown(kind, is_outgoing=is_outgoing))

    def related_shown(self, kind: str, *, is_outgoing: bool) -> list[Shown]:
        """What can be read of the other ends of one kind of relation, the newest first."""
        if not self.is_related:
            return []
        found = [
            shown
            for one in self.around.relations.get(self.shown.resource.id, ())
            if one.kind == kind and one.is_outgoing == is_outgoing
            if (shown := note(self.reads, one.other_id, self.around.references.get(one.other_id)))
        ]
        return sorted(
            found, key=lambda shown: (shown.placement.published_at, shown.resource.id), reverse=True
        )

    def referred(self, resource_ids: Iterable[UUID]) -> list[Shown]:
        """What can be read of resources this page names."""
        return [
            shown for one in resource_ids if (shown := note(self.reads, one, self.around.references.get(one)))
        ]

    def category(self, scheme: str, code: str) -> str:
        """The name of a category."""
        return self.around.categories.get((scheme, code), code)


def load_surroundings(context: SiteContext, shown: Sequence[Shown]) -> Surroundings:
    """Read what a batch of pages refers to."""
    relations = _relations({one.resource.id for one in shown})
    members = _members([one.resource.id for one in shown if one.resource.presentation == "topic"])
    wanted = [related.other_id for found in relations.values() for related in found]
    wanted += [member for found in members.values() for member in found]
    wanted += [one for item in shown for one in speeches(item)]
    return Surroundings(
        relations=relations,
        references=references(context, wanted),
        canonical_sites=_canonical_sites(context, [one for one in shown if not one.placement.is_canonical]),
        categories=_categories(shown),
        fields=_fields(shown),
        members=members,
        colleagues=_colleagues(shown),
    )


def speeches(shown: Shown) -> list[UUID]:
    """The resources a leader's element Speeches names."""
    return [found for value in shown.version.elements.get("Speeches") or [] if (found := _as_id(value))]


def _as_id(value: object) -> UUID | None:
    try:
        return UUID(str(value).removeprefix("resource:"))
    except ValueError:
        return None


def _relations(resource_ids: set[UUID]) -> dict[UUID, list[Related]]:
    found: dict[UUID, list[Related]] = {}
    wanted = list(resource_ids)
    if wanted:
        for source, kind, target in _OUTGOING.rows(wanted):
            found.setdefault(source, []).append(Related(kind, True, target))
        for target, kind, source in _INCOMING.rows(wanted):
            found.setdefault(target, []).append(Related(kind, False, source))
    return found


def _relation_rows(end: str, other: str) -> Prepared:
    rows = ResourceRelation.objects.exclude(kind=ResourceRelation.Kind.NEAR_DUPLICATE).order_by("id")
    return Prepared(lambda ids: rows.filter(**{f"{end}__in": ids}).values_list(end, "kind", other))


_OUTGOING: Final = _relation_rows("source_id", "target_id")
_INCOMING: Final = _relation_rows("target_id", "source_id")


def _members(topics: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = {}
    for topic in topics:
        rows = TopicMember.objects.filter(topic_id=topic).order_by(
            "position", "-resource__published_at", "id"
        )
        found[topic] = list(rows.values_list("resource_id", flat=True)[:_TOPIC_MEMBERS])
    return found


def _canonical_sites(context: SiteContext, shown: Sequence[Shown]) -> dict[UUID, UUID]:
    if not shown:
        return {}
    rows = _CANONICAL_SITES.rows([one.resource.id for one in shown])
    return {resource_id: site_id for resource_id, site_id in rows if site_id != context.site.id}


_CANONICAL_SITES: Final = Prepared(
    lambda resource_ids: Placement.objects.filter(
        resource_id__in=resource_ids, is_canonical=True, state=Placement.State.SHOWING
    ).values_list("resource_id", "site_id")
)


def _categories(shown: Sequence[Shown]) -> dict[tuple[str, str], str]:
    codes = {code for one in shown for code in _codes(one) if code}
    if not codes:
        return {}
    return {(scheme, code): name for scheme, code, name in _CATEGORIES.rows(sorted(codes))}


_CATEGORIES: Final = Prepared(
    lambda codes: Category.objects.filter(scheme_id__in=_SCHEMES, code__in=codes).values_list(
        "scheme_id", "code", "name"
    )
)


def _codes(shown: Shown) -> list[str]:
    version = shown.version
    return [version.theme_code, version.genre_code, *(str(code) for code in version.audience)]


def _fields(shown: Sequence[Shown]) -> dict[UUID, list[tuple[str, str]]]:
    generic = {"article", "topic", "leader", "institution", "policy-document"}
    types = {one.resource.type_id for one in shown if one.resource.presentation not in generic}
    if not types:
        return {}
    found: dict[UUID, list[tuple[str, str]]] = {}
    rows = FieldDefinition.objects.filter(resource_type_id__in=types, parent=None).order_by(
        "position", "name_en"
    )
    for type_id, name_en, name_cn in rows.values_list("resource_type_id", "name_en", "name_cn"):
        found.setdefault(type_id, []).append((name_en, name_cn))
    return found


def _colleagues(shown: Sequence[Shown]) -> dict[UUID, list[Shown]]:
    """What stands in the same columns as leaders and institutions, in the columns' order."""
    columns = {
        one.placement.column_id for one in shown if one.resource.presentation in _PAGES_WITH_COLLEAGUES
    }
    found = {}
    for column in columns:
        rows = joined(Placement.objects.filter(VISIBLE, column_id=column).order_by("id")[:_COLLEAGUES])
        found[column] = sorted(shown_by(rows), key=rank)
    return found
