"""Records for the console's pages of the search: a site whose searches were counted, words, a key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rongshu.accounts.models import Person
from rongshu.foundation.audit import Clock
from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.actions.register_region import register_region
from rongshu.organizations.credit_code import demonstration_credit_code
from rongshu.search.actions.keep_counts import keep_counts
from rongshu.search.actions.keep_promotions import PromotionWish, keep_promotion
from rongshu.search.actions.keep_vocabulary import keep_vocabulary_entry
from rongshu.search.actions.manage_api_keys import make_api_key
from rongshu.search.actions.use_api_key import use_api_key
from rongshu.sites.actions.create_site import create_site


def samples(person: Person) -> dict[str, Mapping[str, Any]]:
    """Make 示范市信访局's site; needs the demonstration's ranges."""
    region = register_region(actor=Clock(), code="990004", name="示例市")
    unit = create_organization(
        actor=Clock(), name="示例市信访局", credit_code=demonstration_credit_code("990004", 9), level="city",
        region=region,
    )  # fmt: skip
    site = create_site(
        actor=Clock(), slug="letters", name="示例市信访局", domain="letters.localhost", type="department",
        admin_level="city", sponsor=unit,
    )  # fmt: skip
    keep_counts({(site.pk, "asked", "公积金", ""): 12, (site.pk, "nothing", "公积金", ""): 2})
    entry = keep_vocabulary_entry(actor=person, kind="synonyms", words=["公积金", "房积金"])
    promotion = keep_promotion(
        actor=person,
        wish=PromotionWish(kind="best-bet", queries=["公积金"], title="办事大厅", url="/services/"),
    )
    made = make_api_key(actor=person, name="示范终端", organization_id=unit.pk)
    use_api_key(made.secret)
    one = {"entry_id": entry.pk}
    return {
        "search-hot-words-of": {"slug": site.slug},
        "search-key": {"key_id": made.key.pk},
        "search-revoke-key": {"key_id": made.key.pk},
        "search-word": one,
        "search-remove-word": one,
        "search-promotion": {"promotion_id": promotion.pk},
        "search-remove-promotion": {"promotion_id": promotion.pk},
    }
