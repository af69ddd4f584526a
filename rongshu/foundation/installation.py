"""This installation: its name, its node id and the operator recorded at set-up."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import DatabaseError, connection

from rongshu.foundation.change_marks import Kept
from rongshu.foundation.errors import Unavailable
from rongshu.foundation.models import Installation


class NotSetUp(Unavailable):
    """There is no installation row: `rongshu setup` has not been run."""

    code = "not-set-up"
    sentence = "系统尚未初始化，请先运行：rongshu setup --name 名称 --operator 姓名"


def this_installation() -> Installation:
    """Return the installation; raise `NotSetUp` before set-up."""
    try:
        found = Installation.objects.filter(pk=1).first()
    except DatabaseError:
        if has_tables():
            raise
        found = None
    if found is None:
        raise NotSetUp
    return found


def has_tables() -> bool:
    """Whether the schema has been made; raises when the database does not answer."""
    return Installation._meta.db_table in connection.introspection.table_names()


def is_set_up() -> bool:
    """Whether `rongshu setup` has recorded the installation."""
    return Installation.objects.filter(pk=1).exists()


def node_id() -> UUID:
    """Return the id of this node, the origin of what is made here."""
    try:
        return _node_id(1)
    except DatabaseError:
        return this_installation().node_id


_node_id: Final = Kept[int, UUID]("rules", read=lambda _: this_installation().node_id, most=1)
