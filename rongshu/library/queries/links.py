"""Ways from a resource's page to what higher apps do with it: they say which, the page shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rongshu.accounts.viewers import Viewer
from rongshu.library.models import Resource


@dataclass(frozen=True)
class Link:
    """A button above a resource's page."""

    label: str
    url: str
    icon: str = ""
    is_dangerous: bool = False


Links = Callable[[Viewer, Resource], list[Link]]
_links: Final[list[Links]] = []


def register_links(links: Links) -> None:
    """Let an app say where a viewer may go on with a resource."""
    if links not in _links:
        _links.append(links)


def links_for(viewer: Viewer, resource: Resource) -> list[Link]:
    """Return the ways on, in the order of the apps."""
    return [link for links in _links for link in links(viewer, resource)]
