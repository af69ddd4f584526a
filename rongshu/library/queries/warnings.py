"""What a reviewer should know before or after publishing, without being stopped."""

from __future__ import annotations

from dataclasses import dataclass

from rongshu.library.models import Resource, ResourceRelation, ResourceVersion


@dataclass(frozen=True)
class PublicationWarning:
    """A code, and a sentence in Chinese that says what to do."""

    code: str
    message: str


MAJOR_LEVELS = frozenset({"local-regulation", "rules", "normative"})


def is_major_policy(version: ResourceVersion) -> bool:
    """Whether the document is declared major, or is of a level that has to be interpreted when published."""
    elements = version.elements
    return bool(elements.get("MajorPolicy")) or elements.get("EffectLevel") in MAJOR_LEVELS


def warnings_before_publication(
    resource: Resource, version: ResourceVersion
) -> tuple[PublicationWarning, ...]:
    """Return the warnings about a version: flags of the gate, and a major policy without interpretation
    (P5-05)."""
    flagged = [PublicationWarning(flag["code"], flag["message"]) for flag in version.flags]
    if resource.type.is_document and is_major_policy(version) and not _is_interpreted(resource):
        flagged.append(
            PublicationWarning(
                "interpretation-missing",
                "重大政策文件没有关联解读，请同步发布解读材料（国办发〔2017〕47号：与政策文件同步）。",
            )
        )
    return tuple(flagged)


def _is_interpreted(resource: Resource) -> bool:
    kind = ResourceRelation.Kind.INTERPRETS
    return ResourceRelation.objects.filter(target=resource, kind=kind).exists()
