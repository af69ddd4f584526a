"""Themes by the style guide, home-page blocks, old addresses and verification files."""

from __future__ import annotations

from typing import Any

import pytest

from rongshu.foundation.models import AuditRecord, Event
from rongshu.sites.actions.change_blocks import BlockSetting, change_blocks
from rongshu.sites.actions.change_theme import change_theme
from rongshu.sites.actions.keep_legacy_addresses import (
    OldAddress,
    keep_legacy_address,
    keep_legacy_addresses,
)
from rongshu.sites.actions.register_verification_file import (
    register_verification_file,
    remove_verification_file,
)
from rongshu.sites.errors import (
    BlockMalformed,
    LegacyAddressMalformed,
    ThemeMalformed,
    UnknownColumn,
    VerificationFileMalformed,
)
from rongshu.sites.models import Block, LegacyAddress, VerificationFile
from rongshu.sites.queries import legacy_target, site_at_host
from rongshu.sites.tests.conftest import City
from rongshu.sites.theming import colours_in, contrast


@pytest.mark.requirement("P5-08")
@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        ({"brand": "#ff6666"}, "对比度"),
        ({"accent": "#c0c0c0"}, "对比度"),
        ({"brand-soft": "#333333"}, "对比度"),
        (
            {"brand": "#a81e22", "brand-deep": "#0a5299", "accent": "#17654b", "accent-soft": "#d9c2ff"},
            "不得超过 3 种",
        ),
        ({"brand": "red"}, "#rrggbb"),
        ({"brand": "#A81E22"}, "#rrggbb"),
        ({"brand": 1}, "#rrggbb"),
        ({"radius": "99px"}, "圆角"),
        ({"density": "9"}, "疏密"),
        ({"font": "Comic Sans"}, "没有“font”"),
        ({"brand": "#a81e22;}body{display:none"}, "#rrggbb"),
    ],
)
def test_the_style_guide_refuses_tokens(city: City, tokens: dict[str, Any], said: str) -> None:
    before = (city.portal.theme, city.portal.tokens, AuditRecord.objects.count(), Event.objects.count())
    with pytest.raises(ThemeMalformed, match=said):
        change_theme(actor=city.portal_editor, site=city.portal, theme="azure", tokens=tokens)
    city.portal.refresh_from_db()
    assert (
        city.portal.theme,
        city.portal.tokens,
        AuditRecord.objects.count(),
        Event.objects.count(),
    ) == before


@pytest.mark.requirement("P5-08")
def test_shades_of_one_colour_are_one_colour(city: City) -> None:
    tokens = {"brand": "#8c1a1e", "brand-deep": "#6a1013", "brand-soft": "#fdf1f0", "accent": "#0b5a8c"}
    site = change_theme(actor=city.portal_editor, site=city.portal, theme="vermilion", tokens=tokens)
    assert site.tokens == tokens
    assert colours_in(tokens) == 2
    assert Event.objects.filter(kind="ThemeChanged").count() == 1
    change_theme(actor=city.portal_editor, site=city.portal, theme="vermilion", tokens=tokens)
    assert Event.objects.filter(kind="ThemeChanged").count() == 1


@pytest.mark.requirement("P5-08")
def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_blocks_are_exactly_what_was_said(city: City) -> None:
    headline = BlockSetting(key="headline", kind="headline", columns=["/news/"])
    lists = BlockSetting(
        key="lists", kind="column-tabs", columns=["/news/", "/notices/"], options={"width": "half"}
    )
    change_blocks(actor=city.portal_editor, site=city.portal, blocks=[headline, lists])
    change_blocks(actor=city.portal_editor, site=city.portal, blocks=[lists, headline])
    assert [block.key for block in city.portal.blocks.all()] == ["lists", "headline"]
    changes = Event.objects.filter(kind="BlocksChanged").count()
    change_blocks(actor=city.portal_editor, site=city.portal, blocks=[lists, headline])
    assert Event.objects.filter(kind="BlocksChanged").count() == changes == 2
    change_blocks(actor=city.portal_editor, site=city.portal, blocks=[lists])
    assert set(city.portal.blocks.get().columns.all()) == {city.news, city.notices}


@pytest.mark.parametrize(
    ("setting", "error"),
    [
        ({"key": "X", "kind": "sites"}, BlockMalformed),
        ({"key": "x", "kind": "weather"}, BlockMalformed),
        ({"key": "x", "kind": "headline"}, BlockMalformed),
        ({"key": "x", "kind": "headline", "columns": ["/nowhere/"]}, UnknownColumn),
        (
            {
                "key": "x",
                "kind": "links",
                "options": {"links": [{"name": "x", "url": "javascript:alert(1)"}]},
            },
            BlockMalformed,
        ),
        ({"key": "x", "kind": "links", "options": {"links": [{"url": "https://a.cn"}]}}, BlockMalformed),
        ({"key": "x", "kind": "links", "options": {"links": ["https://a.cn"]}}, BlockMalformed),
        ({"key": "x", "kind": "services", "options": {"groups": ["x"]}}, BlockMalformed),
        ({"key": "x", "kind": "sites", "options": {"width": "wide"}}, BlockMalformed),
        ({"key": "x", "kind": "sites", "count": 0}, BlockMalformed),
    ],
)
def test_malformed_blocks_leave_the_old_ones(
    city: City, setting: dict[str, Any], error: type[Exception]
) -> None:
    change_blocks(
        actor=city.portal_editor, site=city.portal, blocks=[BlockSetting(key="sites", kind="sites")]
    )
    with pytest.raises(error):
        change_blocks(actor=city.portal_editor, site=city.portal, blocks=[BlockSetting(**setting)])
    with pytest.raises(BlockMalformed, match="重复"):
        change_blocks(
            actor=city.portal_editor, site=city.portal, blocks=[BlockSetting(key="x", kind="sites")] * 2
        )
    assert Block.objects.get().key == "sites"


def test_an_old_address_leads_on_by_host_and_full_uri(city: City) -> None:
    resource = city.effective()
    addresses = [
        OldAddress(host="Old.Example:80", request_uri="/show.asp?id=1", resource_id=resource.id),
        OldAddress(host="old.example", request_uri="/list.asp?cid=3", column_id=city.news.id),
        OldAddress(host="old.example", request_uri="/gone.htm", gone_reason="重复内容"),
        OldAddress(host="old.example", request_uri="/" + "x" * 2000, gone_reason="过长"),
    ]
    assert keep_legacy_addresses(actor=city.portal_editor, site=city.portal, addresses=addresses) == 3
    assert keep_legacy_addresses(actor=city.portal_editor, site=city.portal, addresses=addresses) == 0
    found = legacy_target("OLD.example", "/show.asp?id=1")
    assert found is not None
    assert found.resource == resource
    assert legacy_target("old.example", "/show.asp?id=2") is None
    assert legacy_target("other.example", "/show.asp?id=1") is None
    turned = OldAddress(host="old.example", request_uri="/gone.htm", resource_id=resource.id)
    assert keep_legacy_address(actor=city.portal_editor, site=city.portal, address=turned)
    found = legacy_target("old.example", "/gone.htm")
    assert found is not None
    assert (found.resource, found.gone_reason) == (resource, "")


@pytest.mark.parametrize(
    "address",
    [
        {"host": "", "request_uri": "/", "gone_reason": "x"},
        {"host": "a b", "request_uri": "/", "gone_reason": "x"},
        {"host": "a.cn", "request_uri": "x.htm", "gone_reason": "x"},
        {"host": "a.cn", "request_uri": "/"},
        {"host": "a.cn", "request_uri": "/", "gone_reason": "x", "file_digest": "sha256:1"},
    ],
)
def test_a_malformed_address_is_refused(city: City, address: dict[str, Any]) -> None:
    with pytest.raises(LegacyAddressMalformed):
        keep_legacy_address(actor=city.portal_editor, site=city.portal, address=OldAddress(**address))
    assert not LegacyAddress.objects.exists()


def test_an_address_of_another_site_is_not_taken(city: City) -> None:
    address = OldAddress(host="old.example", request_uri="/", gone_reason="迁移")
    keep_legacy_address(actor=city.bureau_editor, site=city.department, address=address)
    with pytest.raises(LegacyAddressMalformed, match="其他站点"):
        keep_legacy_address(actor=city.portal_editor, site=city.portal, address=address)
    with pytest.raises(LegacyAddressMalformed, match="不在本站"):
        keep_legacy_address(
            actor=city.portal_editor,
            site=city.portal,
            address=OldAddress(host="x.example", request_uri="/", column_id=city.bureau_news.id),
        )
    assert LegacyAddress.objects.get().site == city.department


def test_a_verification_file_is_registered_changed_and_removed(city: City) -> None:
    for content in ("token-1", "token-2", "token-2"):
        register_verification_file(
            actor=city.portal_editor, site=city.portal, name="verify_1.html", content=content
        )
    assert VerificationFile.objects.get().content == "token-2"
    remove_verification_file(actor=city.portal_editor, site=city.portal, name="verify_1.html")
    assert Event.objects.filter(kind="VerificationFilesChanged").count() == 3


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("../x.txt", "x"),
        ("index.html", "x"),
        ("robots.txt", "x"),
        ("x.php", "x"),
        (".htaccess", "x"),
        ("x.html", "<SCRIPT>alert(1)</SCRIPT>"),
        ("x.txt", ""),
        ("x.txt", "字" * 30_000),
    ],
)
def test_a_file_that_may_not_stand_at_the_root_is_refused(city: City, name: str, content: str) -> None:
    with pytest.raises(VerificationFileMalformed):
        register_verification_file(actor=city.portal_editor, site=city.portal, name=name, content=content)
    assert not VerificationFile.objects.exists()


def test_a_site_is_found_by_its_host(city: City) -> None:
    city.portal.domain_cn = "示范市.政务"
    city.portal.save()
    for host in (
        "portal.localhost:8000",
        "PORTAL.localhost",
        "示范市.政务",
        "示范市.政务".encode("idna").decode(),
    ):
        assert site_at_host(host) == city.portal
    for host in ("localhost", "", "nowhere.localhost", "[::1]"):
        assert site_at_host(host) is None
