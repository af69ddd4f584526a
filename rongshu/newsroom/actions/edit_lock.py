"""The edit lock: taken when the page opens, kept by its beating, taken over by whoever needs to."""

from __future__ import annotations

from django.db import transaction

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import record
from rongshu.foundation.clock import now
from rongshu.library.models import Resource
from rongshu.library.permissions import may_write
from rongshu.newsroom.models.drafting import EditLock
from rongshu.newsroom.queries.drafting import LOCK_LAPSES_AFTER, LockState, lock_state


def hold_lock(*, actor: Person, resource: Resource, writer: str) -> LockState:
    """Take the lock when nobody living holds it, keep it when this page does; return who holds it."""
    with transaction.atomic():
        require(may_write(viewer_for(actor), resource.owner_id))
        lock = _locked(actor, resource, writer)
        is_mine = lock.holder_id == actor.pk and lock.writer == writer
        if is_mine or lock.beat_at <= now() - LOCK_LAPSES_AFTER:
            _give(lock, actor, writer)
    return lock_state(resource, actor.pk, writer)


def take_over_lock(*, actor: Person, resource: Resource, writer: str) -> LockState:
    """Take the lock from whoever holds it; his page says so with its next beat, his draft stays his."""
    with transaction.atomic():
        require(may_write(viewer_for(actor), resource.owner_id))
        lock = _locked(actor, resource, writer)
        former = lock.holder
        if former.pk != actor.pk:
            lock.taken_from = former
            record(actor, "piece.taken-over", resource, former=former.name)
        _give(lock, actor, writer)
    return lock_state(resource, actor.pk, writer)


def release_lock(*, actor: Person, resource: Resource, writer: str) -> None:
    """Give the lock back when the page is left; a lock of another page stays."""
    EditLock.objects.filter(resource=resource, holder=actor, writer=writer).delete()


def _locked(actor: Person, resource: Resource, writer: str) -> EditLock:
    EditLock.objects.get_or_create(resource=resource, defaults={"holder": actor, "writer": writer})
    return EditLock.objects.select_for_update(of=("self",)).select_related("holder").get(resource=resource)


def _give(lock: EditLock, actor: Person, writer: str) -> None:
    if lock.holder_id != actor.pk or lock.writer != writer:
        lock.since = now()
    lock.holder, lock.writer, lock.beat_at = actor, writer, now()
    lock.save()
