"""`rongshu resource`: each deed reaches its action, refusals change nothing."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from rongshu.library.actions.categories import create_category
from rongshu.library.models import CategoryScheme, Classification, LibraryStandard, Resource
from rongshu.sites.actions.place_resource import place_resource
from rongshu.sites.models import Placement
from rongshu.sites.tests.conftest import City


def resource(*arguments: str, by: str) -> str:
    out = StringIO()
    call_command("resource", *arguments, "--as", by, stdout=out)
    return out.getvalue()


def test_recall_and_reinstate(city: City) -> None:
    found = city.effective()
    name, operator = str(found.pk), city.operator.handle
    assert "撤稿" in resource("recall", name, "--reason", "示范原因", by=operator)
    found.refresh_from_db()
    assert found.status == Resource.Status.WITHDRAWN
    assert "恢复" in resource("reinstate", name, by=operator)
    found.refresh_from_db()
    assert found.status == Resource.Status.EFFECTIVE


def test_who_may_not_recalls_nothing(city: City) -> None:
    found = city.effective(city.bureau)
    with pytest.raises(CommandError):
        resource("recall", str(found.pk), "--reason", "示范原因", by=city.portal_editor.handle)
    with pytest.raises(CommandError):
        resource("recall", "没有这个索引号", "--reason", "示范原因", by=city.operator.handle)
    found.refresh_from_db()
    assert found.status == Resource.Status.EFFECTIVE


def test_a_second_person_is_needed_to_purge(city: City) -> None:
    found, operator = city.effective(), city.operator.handle
    with pytest.raises(CommandError):
        resource(
            "purge",
            str(found.pk),
            "--number",
            "1",
            "--reason",
            "示范",
            "--confirmed-by",
            operator,
            by=operator,
        )
    found.refresh_from_db()
    assert found.effective_version is not None
    assert found.effective_version.purged_at is None


def test_pin_schedule_and_classify(city: City) -> None:
    found = city.effective()
    place_resource(actor=city.operator, resource=found, column=city.news, approve=True)
    where = ("--site", city.news.site.slug, "--column", city.news.path)
    operator, name = city.operator.handle, str(found.pk)
    resource("pin", name, "5", *where, by=operator)
    resource("schedule", name, *where, "--until", "2099-01-01 08:00", by=operator)
    placement = Placement.objects.get(resource=found)
    assert placement.pin == 5
    assert placement.visible_until is not None
    with pytest.raises(CommandError):
        resource("schedule", name, *where, "--until", "明天", by=operator)
    with pytest.raises(CommandError):
        resource("pin", name, "5", "--site", "没有", "--column", "/news/", by=operator)
    standard = LibraryStandard.objects.create(code="demo", name="示范标准", version="1")
    scheme = CategoryScheme.objects.create(code="demo", name="示范分类", standard=standard)
    category = create_category(actor=city.operator, scheme=scheme, code="one", name="示范一类")
    resource("classify", name, "demo", "one", by=operator)
    assert Classification.objects.filter(resource=found, category=category).exists()
    resource("declassify", name, "demo", "one", by=operator)
    assert not Classification.objects.filter(resource=found, category=category).exists()
