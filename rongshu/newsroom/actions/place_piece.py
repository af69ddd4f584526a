"""Putting a piece into many columns at once, each with its own title, times and pin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.foundation.errors import NotFound
from rongshu.library.models import Resource
from rongshu.sites.actions.change_placement import pin_placement, rename_placement, schedule_placement
from rongshu.sites.actions.place_resource import place_resource
from rongshu.sites.models import Column, Placement


@dataclass(frozen=True)
class WishedPlace:
    """Where a piece is to stand, and how."""

    column: Column
    title: str = ""
    visible_from: datetime | None = None
    visible_until: datetime | None = None
    pin: int = 0


def place_piece(*, actor: Person, resource: Resource, places: Sequence[WishedPlace]) -> list[Placement]:
    """Put a piece into all of these columns or, when one of them refuses, into none.

    A column that is not the actor's answers as one that is not there.
    """
    placed = []
    with transaction.atomic():
        for place in places:
            placement = place_resource(
                actor=actor,
                resource=resource,
                column=place.column,
                visible_from=place.visible_from,
                visible_until=place.visible_until,
                display_title=place.title,
            )
            placed.append(_pinned(actor, placement, place.pin))
    return placed


def _pinned(actor: Person, placement: Placement, pin: int) -> Placement:
    return pin_placement(actor=actor, placement=placement, pin=pin) if pin else placement


def change_place(
    *,
    actor: Person,
    placement: Placement,
    title: str,
    visible_from: datetime | None,
    visible_until: datetime | None,
    pin: int,
) -> Placement:
    """Change title, times and pin of one place together."""
    if placement.state == Placement.State.REMOVED:
        raise NotFound
    with transaction.atomic():
        placement = rename_placement(actor=actor, placement=placement, display_title=title)
        placement = schedule_placement(
            actor=actor, placement=placement, visible_from=visible_from, visible_until=visible_until
        )
        return pin_placement(actor=actor, placement=placement, pin=pin)
