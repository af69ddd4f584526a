"""Signature counters of security keys: one that does not grow tells of a copied key (WebAuthn § 6.1.1)."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db import transaction


def accept_counter(authenticator: Authenticator, counter: int) -> bool:
    """Whether the key has counted on since it was used last; from now on this is its count.

    Keys that do not count say 0 for ever.
    """
    with transaction.atomic():
        kept = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
        last = int(kept.data.get("counter", 0))
        if counter <= last and (counter or last):
            return False
        kept.data["counter"] = counter
        kept.save(update_fields=["data"])
    return True
