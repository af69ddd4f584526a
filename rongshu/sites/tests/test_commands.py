"""`rongshu column` and `rongshu organization`."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from rongshu.organizations.models import Organization
from rongshu.sites.models import Column
from rongshu.sites.tests.conftest import City


def run(*arguments: str, acting_as: str = "operator") -> str:
    """Run a command and return what it prints."""
    out = StringIO()
    call_command(*arguments, "--as", acting_as, stdout=out)
    return out.getvalue()


def test_columns_are_made_listed_moved_and_closed(city: City) -> None:
    run("column", "standard", "edu", "department", "--without", "/topics/")
    listed = run("column", "list", "edu")
    assert "政府信息公开指南\t/openness/guide/" in listed
    assert "/topics/" not in listed
    run("column", "move", "edu", "/policy/interpretation/", "--to", "/news/", "--slug", "explained")
    assert Column.objects.filter(path="/news/explained/").exists()
    run("column", "remove", "edu", "/news/explained/")
    assert "/news/explained/" not in run("column", "list", "edu")


def test_a_foreign_column_is_not_found(city: City) -> None:
    for arguments in (("list", "edu"), ("remove", "edu", "/news/"), ("move", "edu", "/news/", "--slug", "x")):
        with pytest.raises(CommandError, match="not-found") as refused:
            run("column", *arguments, acting_as="portal-editor")
        assert refused.value.returncode == 2
    assert Column.objects.get(pk=city.bureau_news.pk).status == "active"


def test_organizations_are_listed_renamed_and_abolished(city: City) -> None:
    assert "  示范市教育局\t" in run("organization", "list")
    run(
        "organization",
        "rename",
        "示范市教育局",
        "示范市教育体育局",
        "--on",
        "2026-01-01",
        "--document",
        "示编办1号",
    )
    run("organization", "abolish", "示范市教育体育局")
    assert "示范市教育体育局（已撤销）" in run("organization", "list")
    with pytest.raises(CommandError, match="not-allowed"):
        run("organization", "abolish", "示范市人民政府", acting_as="portal-editor")
    assert Organization.objects.get(pk=city.government.pk).status == "active"
