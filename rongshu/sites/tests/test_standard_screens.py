"""Column standards a unit keeps: from a site's columns, for its sites and those below, nobody else's."""

from __future__ import annotations

import pytest
from django.urls import reverse

from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.testing import ConsoleClient, sign_in
from rongshu.foundation.audit import Clock
from rongshu.sites.models import Column, ColumnStandard
from rongshu.sites.tests.conftest import City

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("console_client")]


@pytest.fixture
def keeper(city: City) -> ConsoleClient:
    unit = city.government
    role = "organization-administrator"
    grant_role(actor=Clock(), person=city.portal_editor, role=role, scope="organization", scope_id=unit.pk)
    return sign_in(ConsoleClient(), city.portal_editor)


def _own() -> ColumnStandard:
    return ColumnStandard.objects.get(owner__isnull=False)


def test_a_sites_columns_become_a_standard_from_which_another_is_made(
    city: City, keeper: ConsoleClient
) -> None:
    page = reverse("column-standard-keep", args=[city.portal.slug])
    assert keeper.post(page, {"name": ""}).status_code == 422
    assert not ColumnStandard.objects.filter(owner__isnull=False).exists()
    answer = keeper.post(page, {"name": "本市门户栏目", "source": "示府办〔2026〕3号"})
    standard = _own()
    assert answer["Location"] == reverse("column-standard", args=[standard.pk])
    text = keeper.get(answer["Location"]).content.decode()
    assert city.news.name in text
    assert "示府办〔2026〕3号" in text
    assert keeper.post(page, {"name": "本市门户栏目"}).status_code == 422
    assert "本市门户栏目" in keeper.get(reverse("column-standards")).content.decode()

    present = set(Column.objects.filter(site=city.department).values_list("path", flat=True))
    take = reverse("columns-standard", args=[city.department.slug, standard.pk])
    assert "本市门户栏目" in keeper.get(take).content.decode()
    keeper.post(take, {"paths": [city.notices.path]})
    made = Column.objects.filter(site=city.department).exclude(path__in=present).get()
    assert (made.path, made.name, made.owner) == (city.notices.path, city.notices.name, city.bureau)


def test_it_is_renamed_and_dropped(city: City, keeper: ConsoleClient) -> None:
    keeper.post(reverse("column-standard-keep", args=[city.portal.slug]), {"name": "甲"})
    page = reverse("column-standard", args=[_own().pk])
    keeper.post(page, {"name": "乙", "source": ""})
    assert _own().name == "乙"
    drop = reverse("column-standard-drop", args=[_own().pk])
    assert "按它建立的栏目不受影响" in keeper.post(drop).content.decode()
    keeper.post(drop, {"confirmed": "yes"})
    assert not ColumnStandard.objects.filter(owner__isnull=False).exists()


def test_what_is_shipped_is_changed_by_nobody(city: City, keeper: ConsoleClient) -> None:
    shipped = ColumnStandard.objects.filter(owner__isnull=True).order_by("code").first()
    assert shipped is not None
    assert keeper.get(reverse("column-standard", args=[shipped.pk])).status_code == 200
    assert keeper.post(reverse("column-standard", args=[shipped.pk]), {"name": "改"}).status_code == 422
    assert keeper.post(reverse("column-standard-drop", args=[shipped.pk])).status_code == 403
    assert ColumnStandard.objects.get(pk=shipped.pk).name == shipped.name


def test_another_units_standard_is_not_there(city: City, keeper: ConsoleClient) -> None:
    keeper.post(reverse("column-standard-keep", args=[city.portal.slug]), {"name": "本市门户栏目"})
    ColumnStandard.objects.filter(pk=_own().pk).update(owner=city.bureau)
    foreign = _own()
    stranger = sign_in(ConsoleClient(), city.operator)
    assert stranger.get(reverse("column-standard", args=[foreign.pk])).status_code == 200
    assert keeper.get(reverse("columns-standard", args=[city.portal.slug, foreign.pk])).status_code == 404
    assert keeper.post(reverse("columns-standard", args=[city.portal.slug, foreign.pk])).status_code == 404
    assert foreign.name not in keeper.get(reverse("site-columns", args=[city.portal.slug])).content.decode()
