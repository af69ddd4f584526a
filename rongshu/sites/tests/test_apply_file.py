"""`rongshu site apply`: declares organisations, people, sites, columns and blocks; all or nothing."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from rongshu.accounts.models import Person, RoleGrant
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.models import AuditRecord, Event
from rongshu.library.models import Mandate
from rongshu.organizations.credit_code import demonstration_credit_code
from rongshu.organizations.models import Organization, OrganizationName, Region
from rongshu.sites.actions.apply_file import apply_file
from rongshu.sites.errors import SiteFileMalformed
from rongshu.sites.models import Block, Column, Site
from rongshu.sites.tests.conftest import City

FILE = f"""
regions:
  - {{code: "990200", name: 示例市}}
organizations:
  - name: 示例市人民政府
    credit_code: "{demonstration_credit_code("990200", 1)}"
    level: city
    kind: government
    region: "990200"
  - name: 示例市教育局
    credit_code: "{demonstration_credit_code("990200", 2)}"
    level: city
    region: "990200"
    parent: 示例市人民政府
persons:
  - handle: shili-editor
    name: 示例编辑
    organization: 示例市人民政府
    roles:
      - {{role: publisher, unit: 示例市人民政府}}
      - {{role: site-administrator, site: shili}}
      - {{role: editor, column: "shili:/news/city/"}}
sites:
  - slug: shili
    name: 示例市人民政府
    domain: shili.localhost
    base_url: http://shili.localhost:8000/
    type: portal
    admin_level: city
    sponsor: 示例市人民政府
    identification_code: "9902000001"
    icp_number: 示例ICP备1号
    police_number: 示例公网安备1号
    party_gov_mark: https://marks.localhost/1
    approval_document: 示例府办〔2026〕1号
    security_test: 检测报告1号
    contact: 示例市人民政府办公室
    status: online
    theme: pine
    tokens: {{brand: "#145a43"}}
    standard: city-portal
    without: [/statistics/, openness/catalogue/licensing]
    columns:
      - {{path: /news/city/, name: 示例要闻, page_size: 15}}
      - path: special
        name: 示例专栏
        type: 工作动态
        children:
          - {{path: health, name: 健康, type: 工作动态, hold_updates: true}}
    blocks:
      - {{key: headline, kind: headline, columns: [/news/city/]}}
      - key: friends
        kind: links
        options: {{width: half, links: [{{name: 中国政府网, url: "https://www.gov.cn"}}]}}
    verification_files:
      - {{name: verify.txt, content: "0123456789"}}
mandates:
  - source: http://old.shili.localhost
    site: shili
    starts_on: 2026-01-01
    ends_on: 2099-12-31
    reason: 示例府办〔2026〕2号
    signers: [shili-editor]
"""
TABLES = (
    Organization,
    OrganizationName,
    Region,
    Person,
    RoleGrant,
    Site,
    Column,
    Block,
    Mandate,
    AuditRecord,
    Event,
)


def counts() -> list[int]:
    """Return how many rows everything has that a file may touch."""
    return [model._default_manager.count() for model in TABLES]


def test_a_file_brings_everything_about(city: City) -> None:
    changes = apply_file(actor=city.operator, text=FILE)
    site = Site.objects.get(slug="shili")
    assert (site.status, site.theme, site.base_url) == ("online", "pine", "http://shili.localhost:8000")
    paths = set(site.columns.values_list("path", flat=True))
    assert {"/news/city/", "/special/health/", "/openness/guide/"} <= paths
    assert not {path for path in paths if path.startswith(("/statistics/", "/openness/catalogue/licensing/"))}
    assert site.columns.get(path="/news/city/").name == "示例要闻"
    assert [block.key for block in site.blocks.all()] == ["headline", "friends"]
    viewer = viewer_for(Person.objects.get(handle="shili-editor"))
    assert viewer.may("placement.write", site_id=site.id)
    assert Mandate.objects.get().signers.get().person.handle == "shili-editor"
    assert any("新建站点 shili" in line for line in changes)


def test_applying_twice_changes_nothing(city: City) -> None:
    apply_file(actor=city.operator, text=FILE)
    before = counts()
    assert apply_file(actor=city.operator, text=FILE) == []
    assert counts() == before


def test_a_changed_file_changes_what_differs(city: City) -> None:
    apply_file(actor=city.operator, text=FILE)
    text = FILE.replace("示例市教育局", "示例市教育体育局").replace("page_size: 15", "page_size: 30")
    changes = apply_file(actor=city.operator, text=text.replace("示例市人民政府办公室", "0000-1234567"))
    assert changes == [
        "更名机构 示例市教育体育局",
        "修改站点 shili：联系方式",
        "站点 shili 修改栏目 /news/city/",
    ]
    assert set(OrganizationName.objects.values_list("name", flat=True)) >= {
        "示例市教育局",
        "示例市教育体育局",
    }


def test_a_dry_run_tells_and_leaves_everything(city: City) -> None:
    before = counts()
    changes = apply_file(actor=city.operator, text=FILE, dry_run=True)
    assert "站点 shili 转为“正常”" in changes
    assert counts() == before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "type: portal\n",
            "type: shop\n",
            [f"第 {FILE.splitlines().index('    type: portal') + 1} 行", "sites[0].type", "“shop”"],
        ),
        ("    sponsor: 示例市人民政府\n", "", ["sites[0]", "缺少：sponsor"]),
        ("name: 示例专栏", "nmae: 示例专栏", ["sites[0].columns[1]", "不认识的项：nmae"]),
        ('"9902000001"', "9902000001", ["identification_code", "文字（数字请加引号）"]),
        ("page_size: 15", "page_size: 1", ["page_size", "不得小于 5"]),
        ("signers: [shili-editor]", "signers: [nobody]", ["mandates[0]", "nobody"]),
        (
            "standard: city-portal",
            "standard: no-such",
            ["sites[0].standard", "没有“no-such”这个栏目标准模板"],
        ),
        ("ends_on: 2099-12-31", "ends_on: 2099-02-31", ["ends_on", "不是有效日期"]),
        ("/statistics/,", "/no-such/,", ["没有这些栏目：/no-such/"]),
        ("columns: [/news/city/]", "columns: [/nowhere/]", ["sites[0].blocks", "/nowhere/"]),
        ("    contact: 示例市人民政府办公室\n", "", ["sites[0].status", "联系方式"]),
        ('brand: "#145a43"', 'brand: "#ffcccc"', ["对比度"]),
        ("type: portal\n", "type: portal\n    type: portal\n", ["重复出现"]),
        ("mandates:", "mandates: [", ["不是有效的 YAML"]),
        ("name: 示例编辑", "name: *anyone", ["不支持 YAML 引用"]),
        ("shili:/news/city/", "shili:/news/nowhere/", ["persons[0].roles[2]", "/news/nowhere/"]),
    ],
)
def test_a_wrong_file_is_refused_whole(city: City, old: str, new: str, said: list[str]) -> None:
    assert old in FILE
    before = counts()
    with pytest.raises(SiteFileMalformed) as refused:
        apply_file(actor=city.operator, text=FILE.replace(old, new))
    for part in said:
        assert part in refused.value.message
    assert counts() == before


@pytest.mark.parametrize("text", ["", "- a\n", "sites: 1", "\x00", "a: {b: {c: 1}}", "sites:\n\t- x"])
def test_rubbish_is_refused_or_empty(city: City, text: str) -> None:
    before = counts()
    if text:
        with pytest.raises(SiteFileMalformed):
            apply_file(actor=city.operator, text=text)
    else:
        assert apply_file(actor=city.operator, text=text) == []
    assert counts() == before


def test_who_manages_one_site_declares_no_other(city: City) -> None:
    before = counts()
    with pytest.raises(SiteFileMalformed, match="not-allowed"):
        apply_file(actor=city.portal_editor, text=FILE)
    assert counts() == before


def test_the_command_prints_the_changes_and_refuses_in_one_line(city: City, tmp_path: Path) -> None:
    file = tmp_path / "sites.yaml"
    file.write_text(FILE, encoding="utf-8")
    out = StringIO()
    call_command("site", "apply", str(file), "--dry-run", "--as", "operator", stdout=out)
    assert "新建站点 shili" in out.getvalue()
    assert not Site.objects.filter(slug="shili").exists()
    call_command("site", "apply", str(file), "--as", "operator", stdout=StringIO())
    assert Site.objects.get(slug="shili").status == "online"
    assert AuditRecord.objects.filter(action="site.created", actor_id=city.operator.id).count() == 1
    file.write_text("sites: 3", encoding="utf-8")
    with pytest.raises(CommandError, match="site-file-malformed") as refused:
        call_command("site", "apply", str(file), "--as", "operator")
    assert refused.value.returncode == 2


@pytest.mark.parametrize(
    "arguments",
    [["apply", "/no/such/file.yaml"], ["open", "no-such-site"], ["apply", ".", "--as", "nobody"]],
)
def test_the_command_refuses_what_is_not_there(city: City, arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("site", *arguments, *([] if "--as" in arguments else ["--as", "operator"]))


def test_the_command_takes_sites_through_their_life(city: City) -> None:
    def run(*arguments: str) -> str:
        out = StringIO()
        call_command("site", *arguments, "--as", "operator", stdout=out)
        return out.getvalue()

    apply_file(actor=city.operator, text=FILE)
    run("offline", "shili", "--reason", "改版", "--notice", "暂停服务", "--days", "3")
    assert Site.objects.get(slug="shili").status == "offline"
    run("online", "shili")
    assert Site.objects.get(slug="shili").status == "online"
    run(
        "close",
        "shili",
        "--reason",
        "整合",
        "--notice",
        "本站关停",
        "--days",
        "30",
        "--successor",
        "https://a.gov.cn",
    )
    listed = run("list")
    assert "shili" in listed
    assert "关停" in listed
