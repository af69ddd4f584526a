"""Links `hosts/<host>` → `www/<slug>`, so that nginx serves a new site without a reload."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from rongshu.sites.models import Site

# A host as nginx hands it on: lower case, no port, no slash; anything else never becomes a file name.
_HOST: Final = re.compile(
    r"(?!.*\.\.)[a-z0-9\u0080-\uffff]([a-z0-9.\u0080-\uffff-]{0,251}[a-z0-9\u0080-\uffff])?"
)


def hosts_folder() -> Path:
    """Return the folder of the links."""
    return Path(settings.DATA_FOLDER) / "hosts"


def keep_host_links() -> bool:
    """Make the links what the sites say; return whether anything changed. Safe to run at any time."""
    wanted, folder = hosts_of_sites(), hosts_folder()
    folder.mkdir(parents=True, exist_ok=True)
    present = {entry.name: entry for entry in folder.iterdir() if entry.is_symlink()}
    changed = False
    for host, slug in wanted.items():
        target = os.path.relpath(Path(settings.PUBLISHED_FOLDER) / slug, folder)
        if host not in present or str(present[host].readlink()) != target:
            _link(folder / host, target)
            changed = True
    for host in present.keys() - wanted.keys():
        present[host].unlink()
        changed = True
    return changed


def hosts_of_sites() -> dict[str, str]:
    """Return the slug of the site each host leads to; a closed site gives way to a living one."""
    rows = Site.objects.exclude(status__in=[Site.Status.PREPARING, Site.Status.APPROVED])
    found = rows.order_by("pk").values_list("slug", "status", "domain", "base_url")
    hosts: dict[str, str] = {}
    for slug, _, domain, base_url in sorted(found, key=lambda row: row[1] != Site.Status.CLOSED):
        names = [f"{slug}.localhost", domain.lower(), (urlsplit(base_url).hostname or "").lower()]
        hosts.update((name, slug) for name in map(_as_sent, names) if _HOST.fullmatch(name))
    return hosts


def _as_sent(host: str) -> str:
    """Return a host as browsers send it: 示范.政务 travels as xn--…; "" for what is no host."""
    try:
        return host.encode("idna").decode() if host else ""
    except UnicodeError:
        return ""


def _link(link: Path, target: str) -> None:
    temporary = link.with_name(f".{link.name}.new")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target, target_is_directory=True)
    temporary.replace(link)
