"""The keys of the interface, for whoever manages them."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery

from rongshu.accounts.viewers import Viewer
from rongshu.foundation import clock
from rongshu.search.models import ApiKey, ApiKeyUse
from rongshu.search.permissions import may_manage_api_keys


def api_keys_for(viewer: Viewer) -> QuerySet[ApiKey]:
    """Return the keys with their use today (`used_today`), none for whoever doesn't manage them."""
    if not may_manage_api_keys(viewer):
        return ApiKey.objects.none()
    today = ApiKeyUse.objects.filter(key=OuterRef("pk"), day=clock.today()).values("count")[:1]
    return ApiKey.objects.select_related("organization", "created_by").annotate(used_today=Subquery(today))
