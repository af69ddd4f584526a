"""Who an account is, within the realm of the listener that asks."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import BaseBackend

from rongshu.accounts.models import Account


class RealmBackend(BaseBackend):
    """Finds accounts of the listener's own realm only, so that no session is good on the other listener."""

    def get_user(self, user_id: Any) -> Account | None:
        """Return the account in use of a person in office."""
        found = Account.objects.select_related("person").filter(
            pk=user_id,
            realm=settings.ACCOUNT_REALM,
            is_active=True,
            locked_at__isnull=True,
            person__is_active=True,
        )
        return found.first()
