"""Sending a piece into review right after it was saved."""

from __future__ import annotations

from rongshu.accounts.models import Person
from rongshu.library.models import Resource
from rongshu.newsroom.actions.submit_piece import submit_piece


def submit_after_saving(actor: Person, resource: Resource) -> str:
    """Submit the piece and return what to tell the person; refusals are raised as they are."""
    submit_piece(actor=actor, resource=resource)
    return "已保存并提交审核。"
