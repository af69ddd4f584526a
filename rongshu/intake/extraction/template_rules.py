"""Rules of one template: where its pages keep each field, learned over them or shown by a person.

They are asked after the page's own meta and before the generic extractor; only what a person showed comes
before meta, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from lxml.html import HtmlElement

from .body import Body, Weights
from .byline import Found
from .dates import find_dates
from .document_number import whole_number
from .labels import Labelled, clean_index_number, clean_name
from .lines import Line, compact, squeeze
from .places import element_at, path_of

FIELDS: Final = (
    "title", "subtitle", "published_at", "source", "author", "document_number", "index_number", "body",
    "attachments",
)  # fmt: skip
FOUND_BY: Final = "template-rule"
REPEATED: Final = 0.3
"""The confidence of a value that the template's other pages bear, too."""

_BY_PERSON: Final = 0.97
_LONGEST_TITLE: Final = 400
_LISTING: Final = frozenset({"div", "td", "ul", "ol", "table", "dl", "section"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field stands: the path of its block and the label before the value.

    `share` is the part of the template's pages that keep it there, `pages` how many they were.
    """

    path: str
    label: str = ""
    share: float = 0.0
    pages: int = 0
    by_person: bool = False

    @property
    def confidence(self) -> float:
        """How sure a value read here is."""
        return _BY_PERSON if self.by_person else round(min(0.95, 0.6 + 0.35 * self.share), 2)


@dataclass(frozen=True, slots=True)
class TemplateRules:
    """Places by field, the best first; lines and files that repeat over the template are furniture.

    `repeated` holds values that most pages bear of a field that should be each page's own: they are doubted.
    """

    places: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    furniture_lines: frozenset[str] = frozenset()
    furniture_files: frozenset[str] = frozenset()
    repeated: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.places or self.furniture_lines or self.furniture_files)

    def as_dict(self) -> dict[str, Any]:
        """Return JSON."""
        return {
            "places": {
                name: [
                    {
                        "path": place.path, "label": place.label, "share": round(place.share, 3),
                        "pages": place.pages, "by": "person" if place.by_person else "learned",
                    }
                    for place in places
                ]
                for name, places in self.places.items()
            },
            "furniture_lines": sorted(self.furniture_lines),
            "furniture_files": sorted(self.furniture_files),
            "repeated": dict(self.repeated),
        }  # fmt: skip

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> TemplateRules:
        """Read what `as_dict` wrote."""
        return cls(
            {
                name: tuple(
                    Place(one["path"], one.get("label", ""), float(one.get("share", 0)),
                          int(one.get("pages", 0)), one.get("by") == "person")
                    for one in places
                )
                for name, places in written.get("places", {}).items()
            },
            frozenset(written.get("furniture_lines", ())),
            frozenset(written.get("furniture_files", ())),
            dict(written.get("repeated", {})),
        )  # fmt: skip

    def with_place(self, name: str, place: Place) -> TemplateRules:
        """Return the rules with a place before all others of its field."""
        others = [
            one for one in self.places.get(name, ()) if (one.path, one.label) != (place.path, place.label)
        ]
        return replace(self, places={**self.places, name: (place, *others)})


@dataclass(slots=True)
class RuleReader:
    """Reads fields of one page by the rules of its template."""

    rules: TemplateRules
    root: HtmlElement
    lines: list[Line]
    labels: list[Labelled]
    today: date | None = None

    def read(self, name: str) -> tuple[Found, Place] | None:
        """Return a field's value from the best place that has one."""
        for place in self.rules.places.get(name, ()):
            at = self._at(place)
            value = value_in(name, at[0], self.today) if at else None
            if at and value:
                return Found(value, place.confidence, FOUND_BY, at[1]), place
        return None

    def improve(self, name: str, found: Found | None) -> Found | None:
        """Return the value by rule where it counts more than what was found without; else the latter.

        What the page declares counts more than what was learned; where both agree we are surer.
        """
        if found is not None and found.value == self.rules.repeated.get(name):
            found = replace(found, confidence=min(found.confidence, REPEATED))
        ruled = self.read(name)
        if ruled is None:
            return found
        value, place = ruled
        if found is None or place.by_person:
            return value
        if compact(found.value) == compact(value.value) or found.value.startswith(value.value):
            return Found(found.value, max(found.confidence, value.confidence), found.found_by, found.position)
        return found if found.found_by.startswith("meta") else value

    def body(self, found: Body | None, weights: Weights) -> Body | None:
        """Return the body by rule where the generic search was not sure of its own."""
        whole = weights[self.root]
        for place in self.rules.places.get("body", ()):
            element = element_at(self.root, place.path)
            if element is None or element is self.root:
                continue
            if found is not None and element is found.element:
                return Body(element, found.weight, found.share, f"{found.found_by}+template")
            if place.by_person or found is None or weights[element] >= 0.6 * found.weight:
                share = weights[element] / whole if whole else 0.0
                return Body(element, weights[element], share, FOUND_BY)
        return found

    def file_regions(self) -> list[HtmlElement]:
        """Return where the template lists files."""
        named = (element_at(self.root, place.path) for place in self.rules.places.get("attachments", ()))
        return [element for element in named if element is not None]

    def _at(self, place: Place) -> tuple[str, int] | None:
        """Return the text at a place and its line."""
        element = element_at(self.root, place.path)
        if element is None:
            return None
        own = [line for line in self.lines if line.block is element]
        if not own:
            inside = set(element.iter())
            own = [line for line in self.lines if line.block in inside][:6]
        if not own:
            return None
        if not place.label:
            return "".join(line.text for line in own)[:600], own[0].position
        return self._labelled(place.label, own)

    def _labelled(self, name: str, own: list[Line]) -> tuple[str, int] | None:
        positions = {line.position for line in own}
        for label in self.labels:
            if label.label == name and label.position in positions:
                return label.value, label.position
        for line in own:
            _, mark, after = line.text.partition(name)
            if mark:
                return after.lstrip(" :：】]"), line.position
        return None


def value_in(name: str, text: str, today: date | None = None) -> str | None:
    """Return the value of a field that a text holds, written as the extraction writes it."""
    text = squeeze(text)
    if not text:
        return None
    if name == "published_at":
        dates = find_dates(text[:200], today=today, compact=True)
        return str(dates[0]) if dates else None
    if name in ("source", "author"):
        return clean_name(text)
    if name == "document_number":
        return whole_number(text)
    if name == "index_number":
        return clean_index_number(text)
    return text if len(text) <= _LONGEST_TITLE else None


def path_of_files(links: Iterable[HtmlElement], body: HtmlElement | None, root: HtmlElement) -> str:
    """Return the path of the smallest block that holds all links to files outside the body."""
    inside = set(body.iter()) if body is not None else set()
    outside = [link for link in links if link not in inside]
    if not outside:
        return ""
    shared = [outside[0], *outside[0].iterancestors()]
    for link in outside[1:]:
        above = {link, *link.iterancestors()}
        shared = [element for element in shared if element in above]
    block = next(
        (one for one in shared if one.tag in ("div", "td", "ul", "ol", "table", "dl", "section")), None
    )
    if block is None or block is root or (body is not None and block in set(body.iterancestors())):
        return ""
    return path_of(block, root)
