"""Register a person who may act."""

from __future__ import annotations

import re
from typing import Final

from django.db import transaction

from rongshu.accounts.errors import HandleTaken
from rongshu.accounts.models import Person
from rongshu.accounts.permissions import may_manage_persons, require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.errors import InvalidInput
from rongshu.foundation.text import normalise_line
from rongshu.organizations.models import Organization

HANDLE: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")


def register_person(
    *, actor: Actor, name: str, handle: str, organization: Organization | None = None
) -> Person:
    """Register a person under a handle of 2–60 lower-case letters, digits, `.`, `_`, `-`."""
    name = normalise_line(name)
    _check(name, handle)
    with transaction.atomic():
        viewer = viewer_for(actor)
        require(may_manage_persons(viewer, organization.id if organization else None))
        if Person.objects.filter(handle=handle).exists():
            raise HandleTaken(f"人员代号“{handle}”已被使用，请换一个。", fields={"handle": "已被使用"})
        person = Person.objects.create(name=name, handle=handle, organization=organization)
        record(actor, "person.registered", person, handle=handle)
    return person


def _check(name: str, handle: str) -> None:
    wrong = {}
    if not name or len(name) > 100:
        wrong["name"] = "姓名须为 1–100 个字"
    if not HANDLE.fullmatch(handle):
        wrong["handle"] = "人员代号须为 2–60 个小写字母、数字或 . _ -"
    if wrong:
        raise InvalidInput("；".join(wrong.values()) + "。", fields=wrong)
