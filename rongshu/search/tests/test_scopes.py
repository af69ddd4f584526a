"""Where a reader may look from a city's site: here, in the city, in the province; and what each finds."""

from __future__ import annotations

from typing import Final

from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.actions.register_region import register_region
from rongshu.organizations.credit_code import demonstration_credit_code
from rongshu.organizations.models import Organization
from rongshu.publishing.tests.world import CLOCK, REGISTERED, World
from rongshu.search.actions.index_pending import index_pending
from rongshu.search.queries.searching import Reader, SearchQuery, search
from rongshu.search.web.asking import Asked
from rongshu.search.web.scopes import scope_choices, scope_of
from rongshu.sites.actions.change_status import approve_opening, open_site
from rongshu.sites.actions.create_column import create_column
from rongshu.sites.actions.create_site import create_site
from rongshu.sites.models import Column, Site

_PLACES: Final = (("990100", "示范市", "city"), ("990102", "榕树县", "county"), ("990200", "榕江市", "city"))


def _column_of_a_site(sponsor: Organization, slug: str, level: str, code: str) -> Column:
    site = create_site(
        actor=CLOCK, slug=slug, name=sponsor.name, domain=f"{slug}.localhost", type="portal",
        admin_level=level, sponsor=sponsor, identification_code=code, **REGISTERED,
    )  # fmt: skip
    approve_opening(actor=CLOCK, site=site)
    site = open_site(actor=CLOCK, site=site)
    return create_column(
        actor=CLOCK, site=site, slug="news", name="要闻", type="工作动态", update_class="news", page_size=5
    )


def _offered(site: Site) -> list[tuple[str, str]]:
    return [(one.value, one.label) for one in scope_choices(site, "site")]


def test_a_city_its_county_and_another_city(world: World) -> None:
    columns = {}
    for number, (code, name, level) in enumerate(_PLACES, start=1):
        region = register_region(actor=CLOCK, code=code, name=name)
        sponsor = create_organization(
            actor=CLOCK, name=f"{name}人民政府", credit_code=demonstration_credit_code(code, number),
            level=level, region=region, parent=world.library.government,
        )  # fmt: skip
        columns[code] = _column_of_a_site(sponsor, f"s{code}", level, f"{code}000{number}")
        world.article(columns[code], title=f"关于{name}的材料")
    world.article(world.news, title="关于示范省的材料")
    index_pending()

    def count(code: str, scope: str) -> int:
        reader = Reader(site=columns[code].site_id, region=code)
        return search(reader, SearchQuery(text="材料", scope=scope)).total

    for code in ("990100", "990102"):
        assert _offered(columns[code].site) == [("site", "本站"), ("city", "示范市"), ("all", "示范省")]
    assert _offered(world.portal) == [("site", "本站"), ("all", "示范省")]
    assert scope_of(world.portal, Asked(scope="city")) == "all"  # the province has no city of its own
    found = {code: [count(code, scope) for scope in ("site", "city", "all")] for code, _, _ in _PLACES}
    assert found == {"990100": [1, 2, 4], "990102": [1, 2, 4], "990200": [1, 1, 4]}
