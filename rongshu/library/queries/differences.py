"""What differs between two versions: element by element, and line by line in the text."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from rongshu.foundation.errors import NotFound
from rongshu.foundation.text import text_of_clean_html
from rongshu.library.gate.schemas import CORE_ATTRIBUTES, FieldRule
from rongshu.library.models import ResourceVersion
from rongshu.library.queries.schemas import schema_of

Change = Literal["equal", "insert", "delete", "replace"]


@dataclass(frozen=True)
class ElementDifference:
    """One element with its value in both versions; None where absent."""

    name: str
    name_cn: str
    before: Any
    after: Any


@dataclass(frozen=True)
class TextDifference:
    """A run of lines of the plain text that is equal, inserted, deleted or replaced."""

    change: Change
    before: str
    after: str


@dataclass(frozen=True)
class Differences:
    """All that differs between two versions; `text` holds the equal runs too, in reading order."""

    elements: tuple[ElementDifference, ...]
    text: tuple[TextDifference, ...]

    @property
    def is_empty(self) -> bool:
        """Whether both versions say the same."""
        return not self.elements and all(run.change == "equal" for run in self.text)


def differences(before: ResourceVersion, after: ResourceVersion) -> Differences:
    """Return what changed from one version to another of the same resource; raise `NotFound` otherwise."""
    if before.resource_id != after.resource_id:
        raise NotFound
    type_ = before.resource.type
    rules = schema_of(type_.code, standard=type_.standard_id).fields
    return Differences(tuple(_elements(before, after, rules)), tuple(_text(before, after)))


def values_of(version: ResourceVersion) -> dict[str, Any]:
    """Return the elements of a version by English name, core and extension, as they are stored."""
    core = {name: getattr(version, attribute) for name, attribute in _CORE.items()}
    return {**version.elements, **core, "Publisher": version.publisher.name}


_CORE: Final[Mapping[str, str]] = {
    name: "source_app_id" if name == "SourceApp" else attribute
    for name, attribute in CORE_ATTRIBUTES.items()
    if name != "Publisher"
}


def _elements(
    before: ResourceVersion, after: ResourceVersion, rules: Sequence[FieldRule]
) -> Iterator[ElementDifference]:
    old, new = values_of(before), values_of(after)
    for rule in rules:
        if rule.name != "Content" and old.get(rule.name) != new.get(rule.name):
            yield ElementDifference(rule.name, rule.name_cn, old.get(rule.name), new.get(rule.name))


def _text(before: ResourceVersion, after: ResourceVersion) -> Iterator[TextDifference]:
    old, new = (text_of_clean_html(version.body).split("\n") for version in (before, after))
    for change, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield TextDifference(change, "\n".join(old[a:b]), "\n".join(new[c:d]))
