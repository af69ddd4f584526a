"""Let a key ask once more, or refuse it."""

from __future__ import annotations

from typing import NamedTuple

from django.db import transaction
from django.db.models import Case, F, Value, When

from rongshu.foundation import clock
from rongshu.search.actions.manage_api_keys import digest_of
from rongshu.search.errors import ApiKeyRefused, QuotaExceeded
from rongshu.search.models import ApiKey, ApiKeyUse


class Quota(NamedTuple):
    """What is left to a key after this request; `reset` in seconds."""

    limit: int
    remaining: int
    reset: int


def use_api_key(secret: str) -> Quota:
    """Count one request of a key; raise `ApiKeyRefused` or `QuotaExceeded`.

    The comparison is made in the database, so that two processes can't both take the last one.
    """
    key = ApiKey.objects.filter(digest=digest_of(secret), revoked_at=None).first() if secret else None
    if key is None:
        raise ApiKeyRefused
    now = clock.now()
    minute, second = divmod(int(now.timestamp()), 60)
    day = clock.today()
    in_minute = Case(When(minute=minute, then=F("in_minute") + 1), default=Value(1))
    with transaction.atomic():
        ApiKeyUse.objects.get_or_create(key=key, day=day)
        use = ApiKeyUse.objects.select_for_update().get(key=key, day=day)
        used = use.in_minute if use.minute == minute else 0
        if use.count >= key.per_day:
            raise QuotaExceeded("今天的调用次数已用完，请明天再试或联系平台提高配额。", retry_after=3600)
        if used >= key.per_minute:
            raise QuotaExceeded(retry_after=60 - second)
        ApiKeyUse.objects.filter(pk=use.pk).update(count=F("count") + 1, minute=minute, in_minute=in_minute)
    return Quota(key.per_minute, key.per_minute - used - 1, 60 - second)
