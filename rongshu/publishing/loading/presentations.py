"""Leaders, institutions and topics: resources whose type has a page of its own."""

from __future__ import annotations

import html

from rongshu.publishing.keys import reads_list
from rongshu.publishing.loading.entries import Shown, text_of
from rongshu.publishing.loading.materials import Material, speeches
from rongshu.publishing.loading.people import person_card
from rongshu.publishing.loading.pictures import title_image
from rongshu.publishing.pages.models import (
    EntryGroup,
    InstitutionPage,
    InternalDepartment,
    LeaderPage,
    Link,
    TopicPage,
)


def leader(material: Material) -> LeaderPage:
    """A leader's page; the others of the column are the colleagues."""
    shown, elements = material.shown, material.shown.version.elements
    card = person_card(shown)
    return LeaderPage(
        site=material.context.frame,
        column=material.column,
        path=shown.url,
        name=card.name,
        post=card.post,
        published_at=shown.resource.published_at or shown.placement.published_at,
        source=shown.version.content_source,
        portrait=card.portrait,
        biography_html=material.body_html or paragraphs(text_of(elements.get("CV"))),
        duties_html=paragraphs(text_of(elements.get("Duties"))),
        description=shown.version.description,
        groups=_speeches(material),
        colleagues=tuple(person_card(other) for other in _colleagues(material)),
        canonical_url=material.canonical_url,
        origin=material.origin,
    )


def institution(material: Material) -> InstitutionPage:
    """An institution's page; the others of the column are its siblings."""
    shown, elements = material.shown, material.shown.version.elements
    head = text_of(elements.get("Leader"))
    return InstitutionPage(
        site=material.context.frame,
        column=material.column,
        path=shown.url,
        name=text_of(elements.get("OrgName")) or shown.title,
        published_at=shown.resource.published_at or shown.placement.published_at,
        source=shown.version.content_source,
        duties_html=material.body_html or paragraphs(text_of(elements.get("Duties"))),
        address=text_of(elements.get("Address")),
        office_hours=text_of(elements.get("OfficeHours")),
        phone=text_of(elements.get("Phone")),
        fax=text_of(elements.get("Fax")),
        email=text_of(elements.get("Email")),
        postcode=text_of(elements.get("Postcode")),
        head=Link(head, "") if head else None,
        credit_code=text_of(elements.get("USCC")),
        description=shown.version.description,
        departments=_departments(elements.get("InnerOrgs")),
        siblings=tuple(Link(other.title, other.url) for other in _colleagues(material)),
        canonical_url=material.canonical_url,
        origin=material.origin,
    )


def topic(material: Material) -> TopicPage:
    """A topic's page with its members."""
    shown = material.shown
    members = material.referred(material.around.members.get(shown.resource.id, ()))
    section = EntryGroup("专题内容", tuple(member.entry() for member in members))
    return TopicPage(
        site=material.context.frame,
        column=material.column,
        path=shown.url,
        title=shown.title,
        published_at=shown.resource.published_at or shown.placement.published_at,
        source=shown.version.content_source,
        banner=title_image(shown.version),
        introduction_html=material.body_html,
        description=shown.version.description,
        sections=(section,) if members else (),
        canonical_url=material.canonical_url,
        origin=material.origin,
    )


def paragraphs(text: str) -> str:
    """Plain text as HTML paragraphs."""
    return "".join(f"<p>{html.escape(line.strip())}</p>" for line in text.splitlines() if line.strip())


def _colleagues(material: Material) -> list[Shown]:
    material.reads.keys.add(reads_list(material.shown.placement.column_id))
    others = material.around.colleagues.get(material.shown.placement.column_id, ())
    for other in others:
        material.reads.resource(other.resource.id)
    return [other for other in others if other.resource.id != material.shown.resource.id]


def _speeches(material: Material) -> tuple[EntryGroup, ...]:
    found = material.referred(speeches(material.shown))
    return (EntryGroup("重要讲话", tuple(one.entry() for one in found)),) if found else ()


def _departments(value: object) -> tuple[InternalDepartment, ...]:
    rows = value if isinstance(value, list) else []
    return tuple(
        InternalDepartment(text_of(row.get("Name")), text_of(row.get("Duties")), text_of(row.get("Phone")))
        for row in rows
        if isinstance(row, dict) and row.get("Name")
    )
