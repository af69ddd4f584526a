"""nginx finds each site by its hosts, and no host ever becomes a path of its own choosing."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from rongshu.project import host_links
from rongshu.project.host_links import hosts_folder, keep_host_links


@pytest.fixture
def sites(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    settings.DATA_FOLDER, settings.PUBLISHED_FOLDER = tmp_path, tmp_path / "www"
    known = {"portal.localhost": "portal", "www.shifan.gov.cn": "portal"}
    monkeypatch.setattr(host_links, "hosts_of_sites", lambda: known)
    return known


def links() -> dict[str, str]:
    return {entry.name: str(entry.readlink()) for entry in hosts_folder().iterdir()}


def test_links_follow_the_sites(sites: dict[str, str]) -> None:
    assert keep_host_links()
    assert links() == {"portal.localhost": "../www/portal", "www.shifan.gov.cn": "../www/portal"}
    assert not keep_host_links()
    sites["www.shifan.gov.cn"] = "city"
    del sites["portal.localhost"]
    assert keep_host_links()
    assert links() == {"www.shifan.gov.cn": "../www/city"}


@pytest.mark.parametrize("host", ["../etc", "a/b", "", ".hidden", "a..b", "UPPER", "a:80", "a\0b", "-a"])
def test_what_is_no_host_becomes_no_link(host: str) -> None:
    assert host_links._HOST.fullmatch(host) is None


@pytest.mark.parametrize(
    "host", ["portal.localhost", "www.shifan.gov.cn", "xn--fiq228c.xn--zfr164b", "10.0.0.1"]
)
def test_hosts_are_hosts(host: str) -> None:
    assert host_links._HOST.fullmatch(host)


def test_a_chinese_domain_is_linked_as_browsers_send_it() -> None:
    assert host_links._as_sent("示范.政务").startswith("xn--")
    assert host_links._as_sent("bad..host") == ""
