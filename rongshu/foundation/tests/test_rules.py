"""A rule has the value of its day, one's own before everyone's."""

from __future__ import annotations

from datetime import date

import pytest

from rongshu.foundation.identifiers import new_id
from rongshu.foundation.models import RuleValue
from rongshu.foundation.rules import RuleUnknown, rule_value, seed_rules, set_rule

pytestmark = pytest.mark.django_db


def test_the_seed_answers_before_and_after_it_is_sown_once() -> None:
    assert rule_value("site.temporary_offline") == {"max": "30d", "per_year": 1}
    assert seed_rules() > 40
    assert seed_rules() == 0
    assert rule_value("site.temporary_offline") == {"max": "30d", "per_year": 1}
    assert not RuleValue.objects.get(code="site.temporary_offline").is_verified


def test_a_new_value_holds_from_its_day_and_the_old_one_before() -> None:
    seed_rules()
    set_rule("foi.answer", {"max": "15wd"}, on=date(2027, 1, 1), source="修订后的条例")
    assert rule_value("foi.answer", on=date(2026, 12, 31))["max"] == "20wd"
    assert rule_value("foi.answer", on=date(2027, 1, 1))["max"] == "15wd"
    seed_rules()
    assert rule_value("foi.answer", on=date(2027, 1, 1))["max"] == "15wd"


def test_an_organisation_may_have_its_own() -> None:
    seed_rules()
    own, other = new_id(), new_id()
    set_rule("foi.answer", {"max": "10wd"}, on=date(2020, 1, 1), source="本省规定", organization_id=own)
    assert rule_value("foi.answer", organization_id=own)["max"] == "10wd"
    assert rule_value("foi.answer", organization_id=other)["max"] == "20wd"


def test_an_unknown_rule_or_a_day_before_it_is_told() -> None:
    with pytest.raises(RuleUnknown):
        rule_value("site.colour_of_the_sky")
    with pytest.raises(RuleUnknown):
        rule_value("foi.answer", on=date(2000, 1, 1))
