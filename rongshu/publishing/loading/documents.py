"""Articles, policy documents and interpretations, and how they lead to each other (P5-04, P5-05)."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Final

from django.utils import timezone

from rongshu.library.models import ResourceRelation
from rongshu.publishing.loading.entries import Shown, day_of, text_of, validity_of
from rongshu.publishing.loading.materials import Material
from rongshu.publishing.loading.pictures import downloads, title_image
from rongshu.publishing.pages.models import ArticlePage, DocumentElements, EntryGroup, Link, Validity

Kind = ResourceRelation.Kind
# (kind, seen from its source?) → what the other documents are to this one.
_GROUPS: Final = (
    (Kind.AMENDS, True, "本文件修改"),
    (Kind.AMENDS, False, "修改本文件"),
    (Kind.ABOLISHES, True, "本文件废止"),
    (Kind.ABOLISHES, False, "废止本文件"),
    (Kind.REPLACES, True, "本文件替代"),
    (Kind.REPLACES, False, "替代本文件"),
    (Kind.BASED_ON, True, "制定依据"),
    (Kind.BASED_ON, False, "依据本文件制定"),
)
_ENDED_BY: Final = {
    Validity.ABOLISHED: (Kind.ABOLISHES, Kind.REPLACES),
    Validity.EXPIRED: (Kind.REPLACES, Kind.ABOLISHES),
    Validity.AMENDED: (Kind.AMENDS,),
    Validity.PARTLY_INVALID: (Kind.AMENDS, Kind.ABOLISHES),
}
# Elements with a place of their own on the page.
_SHOWN_ELSEWHERE: Final = {"PolicyRef", "ContainsMap", "Speeches", "Photo"}


def article(material: Material) -> ArticlePage:
    """An article, an interpretation, or any type without a page of its own."""
    shown = material.shown
    version, resource = shown.version, shown.resource
    image = title_image(version)
    return ArticlePage(
        site=material.context.frame,
        column=material.column,
        path=shown.url,
        title=shown.title,
        published_at=resource.published_at or shown.placement.published_at,
        source=version.content_source,
        body_html=material.body_html,
        subtitle=version.subtitle,
        author=version.author,
        editor=version.editor,
        keywords=tuple(str(word) for word in version.keywords),
        description=version.description,
        image_url=_absolute(material, image.url) if image else "",
        canonical_url=material.canonical_url,
        origin=material.origin,
        modified_at=resource.modified_at,
        language="" if version.language == material.context.site.language else version.language,
        interpretations=material.related(Kind.INTERPRETS, is_outgoing=False),
        interprets=material.related(Kind.INTERPRETS, is_outgoing=True),
        relations=_relations(material),
        attachments=downloads(version, dict(material.files)),
        elements=_elements(material),
    )


def policy_document(material: Material) -> ArticlePage:
    """A policy document: an article with the header block of elements and the validity mark."""
    return dataclasses.replace(article(material), document=_header(material), elements=())


def _header(material: Material) -> DocumentElements:
    version, resource = material.shown.version, material.shown.resource
    elements, validity = version.elements, validity_of(resource)
    ended_by = _ended_by(material, validity)
    return DocumentElements(
        index_number=resource.index_number or resource.legacy_index_number,
        theme=material.category("theme", version.theme_code),
        genre=material.category("genre", version.genre_code),
        issuer=text_of(elements.get("IssuingOrg")),
        written_on=day_of(elements.get("WrittenDate")),
        document_number=text_of(elements.get("DocNo")),
        published_on=_day_published(material.shown),
        effective_on=resource.effective_on or day_of(elements.get("EffectiveDate")),
        expires_on=resource.expires_on or day_of(elements.get("ExpireDate")),
        abolished_on=resource.abolished_on or day_of(elements.get("AbolishDate")),
        keywords=tuple(str(word) for word in version.keywords),
        audience="、".join(material.category("audience", str(code)) for code in version.audience),
        validity=validity,
        validity_by=Link(ended_by.title, ended_by.url) if ended_by else None,
    )


def _day_published(shown: Shown) -> date:
    return timezone.localtime(shown.resource.published_at or shown.placement.published_at).date()


def _ended_by(material: Material, validity: Validity | None) -> Shown | None:
    for kind in _ENDED_BY.get(validity, ()) if validity else ():
        found = material.related_shown(kind, is_outgoing=False)
        if found:
            return found[0]
    return None


def _relations(material: Material) -> tuple[EntryGroup, ...]:
    if not material.is_related:
        return ()
    groups = (
        EntryGroup(name, material.related(kind, is_outgoing=is_outgoing))
        for kind, is_outgoing, name in _GROUPS
    )
    return tuple(group for group in groups if group.entries)


def _elements(material: Material) -> tuple[tuple[str, str], ...]:
    """The extension elements of service guides, Q&A and the like, under their Chinese names."""
    type_id = material.shown.resource.type_id
    fields = material.around.fields.get(type_id, ()) if type_id else ()
    values = material.shown.version.elements
    rows = (
        (name_cn, _shown_value(values.get(name))) for name, name_cn in fields if name not in _SHOWN_ELSEWHERE
    )
    return tuple((name, value) for name, value in rows if value)


def _shown_value(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        # 申请材料 and the like: a mark says only where something is not needed.
        texts = (_shown_value(item) for item in value.values() if not isinstance(item, bool))
        optional = "（非必需）" if any(item is False for item in value.values()) else ""
        return "，".join(text for text in texts if text) + optional
    if isinstance(value, list):
        return "；".join(text for item in value if (text := _shown_value(item)))
    return text_of(value)


def _absolute(material: Material, url: str) -> str:
    return material.context.base_url + url if url.startswith("/") else url
