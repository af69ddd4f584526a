"""Thresholds and deadlines in the console: a new value from a day on, with its source."""

from __future__ import annotations

from datetime import date

import pytest

from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.console.tests.conftest import Province
from rongshu.foundation.models import AuditRecord, RuleValue
from rongshu.foundation.rules import rule_names, rule_value, seed_rules

pytestmark = pytest.mark.django_db
CODE = "site.closure_notice"
CHANGE = f"/settings/rules/{CODE}/change"
WISH = {"part_min_0": "45", "part_min_1": "d", "on": "2027-01-01", "source": "示范办法第八条"}


@pytest.fixture(autouse=True)
def seeded(db: None) -> None:
    seed_rules()


def test_the_table_says_what_holds_in_words(page: ConsoleClient) -> None:
    text = page.get("/settings/rules").content.decode()
    assert "关停公示的最短天数" in text
    assert "最短 30 天" in text
    assert "最长 20 个工作日，可延长 20 个工作日" in text
    assert not [code for code, name in rule_names().items() if name not in text and code not in text]


def test_a_value_changes_from_a_day_on_with_its_source(page: ConsoleClient) -> None:
    answer = page.post(CHANGE, WISH)
    assert answer["Location"] == f"/settings/rules/{CODE}"
    assert rule_value(CODE, on=date(2026, 12, 31)) == {"min": "30d"}
    assert rule_value(CODE, on=date(2027, 1, 1)) == {"min": "45d"}
    assert AuditRecord.objects.get(action="rule.changed").details["source"] == "示范办法第八条"
    text = page.get(f"/settings/rules/{CODE}").content.decode()
    assert "最短 45 天" in text
    assert "将生效" in text
    assert "现行" in text


def test_a_unit_has_a_value_of_its_own(page: ConsoleClient, province: Province) -> None:
    page.post(CHANGE, {**WISH, "on": "2026-01-01", "organization": province.education.name})
    assert rule_value(CODE, organization_id=province.education.pk) == {"min": "45d"}
    assert rule_value(CODE) == {"min": "30d"}
    assert "1 个机构另有取值" in page.get("/settings/rules").content.decode()


def test_a_unit_gives_its_own_value_up_from_a_day_on(page: ConsoleClient, province: Province) -> None:
    unit = province.education
    page.post(CHANGE, {**WISH, "on": "2026-01-01", "organization": unit.name})
    assert "恢复随全平台" in page.get(f"/settings/rules/{CODE}").content.decode()
    inherit = f"/settings/rules/{CODE}/of/{unit.pk}/inherit"
    count = RuleValue.objects.count()
    assert page.post(inherit, {"on": "2026-03-01", "source": " "}).status_code == 422
    assert page.post(inherit, {"on": "2025-03-01", "source": "示范"}).status_code == 422
    assert RuleValue.objects.count() == count
    page.post(inherit, {"on": "2026-03-01", "source": "示范办法第九条"})
    assert rule_value(CODE, on=date(2026, 2, 28), organization_id=unit.pk) == {"min": "45d"}
    assert rule_value(CODE, on=date(2026, 3, 1), organization_id=unit.pk) == {"min": "30d"}
    assert AuditRecord.objects.get(action="rule.inherited").details["replaced"] == {"min": "45d"}
    text = page.get(f"/settings/rules/{CODE}").content.decode()
    assert "随全平台" in text
    assert "恢复随全平台" not in text
    assert "另有取值" not in page.get("/settings/rules").content.decode()
    assert page.post(inherit, {"on": "2026-03-02", "source": "示范"}).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"part_min_0": "很久"},
        {"part_min_1": "fortnight"},
        {"source": ""},
        {"on": "明年"},
        {"organization": "无此厅"},
    ],
)
def test_what_does_not_fit_changes_nothing(page: ConsoleClient, wrong: dict[str, str]) -> None:
    count = RuleValue.objects.count()
    answer = page.post(CHANGE, {**WISH, **wrong})
    assert answer.status_code == 422
    assert "有误" in answer.content.decode() or "填写" in answer.content.decode()
    assert RuleValue.objects.count() == count


def test_only_who_operates_the_platform_sees_and_changes_them(province: Province) -> None:
    client = sign_in(ConsoleClient(), province.manager)
    assert client.get("/settings/rules").status_code == 403
    assert client.post(CHANGE, WISH).status_code == 403
    assert client.post(f"/settings/rules/{CODE}/of/{province.education.pk}/inherit").status_code == 403
    assert not RuleValue.objects.filter(effective_on=date(2027, 1, 1)).exists()


def test_no_rule_is_not_found(page: ConsoleClient) -> None:
    assert page.get("/settings/rules/site.nothing").status_code == 404
    assert page.post("/settings/rules/site.nothing/change", WISH).status_code == 404
