"""Give keys of the search interface out, and take them back."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import record
from rongshu.foundation.errors import InvalidInput
from rongshu.search.errors import UnknownApiKey
from rongshu.search.models import ApiKey
from rongshu.search.permissions import may_manage_api_keys

PREFIX: Final = "rs_"
_MOST: Final = 10_000_000


class MadeKey(NamedTuple):
    """A key and its secret, which nobody can read again."""

    key: ApiKey
    secret: str


def make_api_key(
    *, actor: Person, name: str, organization_id: UUID, per_minute: int = 60, per_day: int = 10_000
) -> MadeKey:
    """Make a key for one application; only its digest is kept."""
    limits = {"per_minute": per_minute, "per_day": per_day}
    wrong = {
        field: "请填 1 到 10000000 之间的整数" for field, value in limits.items() if not 0 < value <= _MOST
    }
    if not name.strip():
        wrong["name"] = "请填写用途"
    if wrong:
        raise InvalidInput(fields=wrong)
    secret = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        require(may_manage_api_keys(viewer_for(actor)))
        key = ApiKey.objects.create(
            name=name.strip()[:100], organization_id=organization_id, hint=secret[:8],
            digest=digest_of(secret), created_by=actor, **limits,
        )  # fmt: skip
        record(actor, "search.api-key-made", key, per_minute=per_minute, per_day=per_day)
    return MadeKey(key, secret)


def revoke_api_key(*, actor: Person, key_id: UUID) -> ApiKey:
    """Take a key back; from now on it is refused."""
    with transaction.atomic():
        key = ApiKey.objects.select_for_update().filter(pk=key_id).first()
        require(may_manage_api_keys(viewer_for(actor)))
        if key is None:
            raise UnknownApiKey
        if key.revoked_at is None:
            key.revoked_at = timezone.now()
            key.save(update_fields=["revoked_at"])
            record(actor, "search.api-key-revoked", key)
    return key


def digest_of(secret: str) -> str:
    """The digest a key is known by: it is random and long, so one round is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
