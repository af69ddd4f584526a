"""Leaders and institutions as cards and rows of lists."""

from __future__ import annotations

import dataclasses
from typing import Final

from rongshu.publishing.loading.entries import Shown, text_of
from rongshu.publishing.loading.pictures import picture, title_image
from rongshu.publishing.pages.models import Entry, Image, PersonCard

_FACTS: Final = (("Address", "地址"), ("Phone", "电话"), ("OfficeHours", "办公时间"))
_RANKED: Final = {"leader", "institution"}
_LAST: Final = float("inf")


def person_card(shown: Shown) -> PersonCard:
    """A leader as a card."""
    elements = shown.version.elements
    return PersonCard(
        name=text_of(elements.get("Name")) or shown.title,
        post=text_of(elements.get("Post")),
        url=shown.url,
        portrait=_portrait(shown),
        origin=shown.origin_name,
    )


def person_entry(shown: Shown) -> Entry:
    """A leader in a list of people; what else stands in the column keeps its own row."""
    if shown.resource.presentation != "leader":
        return shown.entry()
    card = person_card(shown)
    return dataclasses.replace(shown.entry(), title=card.name, summary=card.post, image=card.portrait)


def institution_entry(shown: Shown) -> Entry:
    """An institution in a list, with where and when to find it."""
    elements = shown.version.elements
    facts = ((label, text_of(elements.get(name))) for name, label in _FACTS)
    return dataclasses.replace(
        shown.entry(),
        title=text_of(elements.get("OrgName")) or shown.title,
        facts=tuple((label, value) for label, value in facts if value),
    )


def rank(shown: Shown) -> tuple[int, int, bool, float, float, int]:
    """The place of a leader or institution: pins, the column's own order, the element Order, the date.

    What else stands in the column comes after them.
    """
    placement, order = shown.placement, shown.version.elements.get("Order")
    return (
        -placement.pin,
        placement.manual_order if placement.manual_order is not None else 1_000_000,
        shown.resource.presentation not in _RANKED,
        float(order) if isinstance(order, (int, float)) else _LAST,
        placement.published_at.timestamp(),
        placement.id.int,
    )


def _portrait(shown: Shown) -> Image | None:
    photo = shown.version.elements.get("Photo")
    return picture(shown.version, str(photo)) if photo else title_image(shown.version)
