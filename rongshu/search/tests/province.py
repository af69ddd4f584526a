"""Short ways to fill the province's index and to ask it."""

from __future__ import annotations

from typing import Any, Final

from rongshu.library.models import Resource
from rongshu.publishing.tests.world import World
from rongshu.search.queries.searching import Reader, Results, SearchQuery, search

_ELEMENTS: Final[dict[str, Any]] = {
    "DocNo": "示教发〔2024〕12号",
    "IssuingOrg": ["示范省教育厅"],
    "WrittenDate": "2024-03-01",
    "Aging": "valid",
}


def policy(world: World, title: str) -> Resource:
    """Make the document 示教发〔2024〕12号, in force."""
    return world.article(title=title, type_code="policy-document", genre_code="notice", elements=_ELEMENTS)


def reader_of(world: World) -> Reader:
    """Return a reader of the portal."""
    return Reader(site=world.portal.pk, region="990000")


def ask(world: World, text: str, **given: Any) -> Results:
    """Search at the portal."""
    return search(reader_of(world), SearchQuery(text=text, **given))
