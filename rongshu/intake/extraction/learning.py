"""What the pages of one template have in common: where fields stand, and what repeats on all of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from .places import Anchor
from .template_rules import FIELDS, REPEATED, Place, TemplateRules

FEWEST_PAGES: Final = 4
"""Fewer pages of a shape teach nothing."""

_FEWEST_AT_A_PLACE: Final = 3
_LEAST_SHARE: Final = 0.15
FEWEST_FOR_FURNITURE: Final = 8
_ON_ALL: Final = 0.9
_HEAD, _TAIL = 2, 4
_VALUES_AT_MOST: Final = 5000
_NEVER_ALIKE: Final = {"title": 0.5, "published_at": 0.9}
"""From which share of the pages on the same value says nothing of any of them."""


@dataclass
class Template:
    """The pages of one shape, counted one after the other; kept small however many there are."""

    pages: int = 0
    sample: str = ""
    places: dict[str, Counter[Anchor]] = field(default_factory=lambda: defaultdict(Counter))
    valued: Counter[str] = field(default_factory=Counter)
    values: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    edges: Counter[str] = field(default_factory=Counter)
    files: Counter[str] = field(default_factory=Counter)

    def add(self, url: str, extracted: Mapping[str, Any], anchors: Mapping[str, Sequence[str]]) -> None:
        """Count one page."""
        self.pages += 1
        self.sample = self.sample or url
        for name in FIELDS:
            self.valued[name] += bool(extracted.get("body_text" if name == "body" else name))
        for name, (path, label) in anchors.items():
            self.places[name][path, label] += 1
        for name in _NEVER_ALIKE:
            if (value := extracted.get(name)) and len(self.values[name]) < _VALUES_AT_MOST:
                self.values[name][value] += 1
        self.edges.update(set(edges_of(extracted.get("body_text") or "")))
        listed = [*(extracted.get("attachments") or ()), *(extracted.get("images") or ())]
        self.files.update({one["url"] for one in listed})

    def rules(self) -> TemplateRules:
        """Return what the pages teach together; nothing where they are too few."""
        if self.pages < FEWEST_PAGES:
            return TemplateRules()
        repeated = self.repeated()
        places = {name: self._places_of(name) for name in FIELDS if name not in repeated}
        return TemplateRules(
            {name: found for name, found in places.items() if found},
            self._on_all(self.edges),
            self._on_all(self.files),
            repeated,
        )

    def repeated(self) -> dict[str, str]:
        """Return the value that most pages share of a field that should be each page's own.

        A title that half of the pages bear is a heading of the site; a date they all bear is the day it was
        saved.
        """
        if self.pages < FEWEST_FOR_FURNITURE:
            return {}
        common = {name: counted.most_common(1)[0] for name, counted in self.values.items() if counted}
        return {
            name: value for name, (value, count) in common.items() if count >= _NEVER_ALIKE[name] * self.pages
        }

    def _places_of(self, name: str) -> tuple[Place, ...]:
        common = self.places[name].most_common(4)
        valued = max(self.valued[name], 1)
        return tuple(
            Place(path, label, min(1.0, count / valued), count)
            for (path, label), count in common
            if count >= _FEWEST_AT_A_PLACE and count >= _LEAST_SHARE * valued
        )

    def _on_all(self, counted: Counter[str]) -> frozenset[str]:
        if self.pages < FEWEST_FOR_FURNITURE:
            return frozenset()
        return frozenset(text for text, count in counted.items() if count >= _ON_ALL * self.pages)


def edges_of(text: str) -> list[str]:
    """Return the first and the last lines of a body: what is no part of the article stands there."""
    lines = [line for line in text.split("\n") if line.strip() and len(line) <= 200]
    return lines if len(lines) <= _HEAD + _TAIL else [*lines[:_HEAD], *lines[-_TAIL:]]


def learn(
    pages: Iterable[tuple[str, str, Mapping[str, Any], Mapping[str, Sequence[str]]]],
) -> dict[str, Template]:
    """Return `{shape: template}` of (shape, url, extracted, anchors), with what is worth learning from."""
    templates: dict[str, Template] = {}
    for shape, url, extracted, anchors in pages:
        add_page(templates, shape, url, extracted, anchors)
    return taught_templates(templates)


def add_page(
    templates: dict[str, Template],
    shape: str,
    url: str,
    extracted: Mapping[str, Any],
    anchors: Mapping[str, Sequence[str]],
) -> None:
    """Count a page for its shape, and for that of its address alone."""
    for name in {shape, address_only(shape)}:
        if name:
            templates.setdefault(name, Template()).add(url, extracted, anchors)


def taught_templates(templates: Mapping[str, Template]) -> dict[str, Template]:
    """Return the templates with enough pages to teach anything.

    Pages whose frame is too rare for that are taken together by the shape of their address.
    """
    return {
        shape: one
        for shape, one in templates.items()
        if one.pages >= FEWEST_PAGES and (" " in shape or _has_strays(shape, one, templates))
    }


def _has_strays(shape: str, template: Template, templates: Mapping[str, Template]) -> bool:
    framed = [one.pages for name, one in templates.items() if name.startswith(f"{shape} ")]
    return template.pages > sum(pages for pages in framed if pages >= FEWEST_PAGES)


def address_only(shape: str) -> str:
    """Return the shape of the address without that of the tree."""
    return shape.partition(" ")[0]


def differs(
    rules: TemplateRules, extracted: Mapping[str, Any], anchors: Mapping[str, Sequence[str]], sure: float
) -> bool:
    """Whether a page, read again by the rules, may give something else than what was found without."""
    if any(_may_change(name, rules, extracted, anchors, sure) for name in rules.places):
        return True
    if not rules.furniture_lines.isdisjoint(edges_of(extracted.get("body_text") or "")):
        return True
    listed = [*(extracted.get("attachments") or ()), *(extracted.get("images") or ())]
    return not rules.furniture_files.isdisjoint(one["url"] for one in listed)


def _may_change(
    name: str,
    rules: TemplateRules,
    extracted: Mapping[str, Any],
    anchors: Mapping[str, Sequence[str]],
    sure: float,
) -> bool:
    if any(place.by_person for place in rules.places[name]):
        return True
    is_missing = not extracted.get("body_text" if name == "body" else name)
    if is_missing:
        return name not in _OFTEN_ABSENT
    known = {(place.path, place.label) for place in rules.places[name]}
    return tuple(anchors.get(name, ())) not in known and extracted["confidence"].get(name, 0) < sure


# A page without one of these is in order.
_OFTEN_ABSENT: Final = frozenset({"subtitle", "author", "document_number", "index_number", "attachments"})


def confidences(
    rules: TemplateRules, extracted: Mapping[str, Any], anchors: Mapping[str, Sequence[str]]
) -> dict[str, float]:
    """Return the confidences that change: they rise where the whole template keeps the field at the same
    place, they fall where the value stands on most of its pages."""
    changed = {
        name: REPEATED
        for name, value in rules.repeated.items()
        if extracted.get(name) == value and extracted["confidence"].get(name, 0) > REPEATED
    }
    for name, places in rules.places.items():
        anchor = tuple(anchors.get(name, ()))
        same = next((place for place in places if (place.path, place.label) == anchor), None)
        now = extracted["confidence"].get(name)
        if same is not None and now is not None and same.confidence > now:
            changed[name] = same.confidence
    return changed
