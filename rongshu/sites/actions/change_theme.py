"""Choose a site's theme and set its design tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.events import announce
from rongshu.sites.events import ThemeChanged
from rongshu.sites.freezing import require_unfrozen
from rongshu.sites.models import Site
from rongshu.sites.permissions import may_arrange_site
from rongshu.sites.theming import check_theme


def change_theme(*, actor: Actor, site: Site, theme: str, tokens: Mapping[str, Any] | None = None) -> Site:
    """Set theme and tokens; what the style guide refuses (contrast, number of colours) changes nothing."""
    given = dict(sorted((tokens or {}).items()))
    check_theme(theme, given)
    with transaction.atomic():
        site = Site.objects.select_for_update().get(pk=site.pk)
        require(may_arrange_site(viewer_for(actor), site))
        require_unfrozen(site)
        if (site.theme, site.tokens) == (theme, given):
            return site
        former = {"theme": site.theme, "tokens": site.tokens}
        site.theme, site.tokens = theme, given
        site.save(update_fields=["theme", "tokens"])
        record(actor, "site.theme-changed", site, theme=theme, tokens=given, former=former)
        announce(ThemeChanged(site_id=site.id), actor_id=actor.id)
    return site
