"""Bringing about the sites, columns, blocks and themes a site file declares."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from rongshu.organizations.queries import organization_named, region_with_code
from rongshu.sites.actions.change_blocks import BlockSetting, change_blocks, settings_of
from rongshu.sites.actions.change_column import change_column
from rongshu.sites.actions.change_status import approve_opening, open_site
from rongshu.sites.actions.change_theme import change_theme
from rongshu.sites.actions.create_column import create_column
from rongshu.sites.actions.create_columns_from_standard import create_columns_from_standard, normal_path
from rongshu.sites.actions.create_site import change_site, create_site
from rongshu.sites.actions.register_verification_file import register_verification_file
from rongshu.sites.actions.select_automatically import select_automatically
from rongshu.sites.declaring.reading import Place
from rongshu.sites.declaring.run import Run, differing
from rongshu.sites.errors import ColumnMalformed
from rongshu.sites.models import Column, Site
from rongshu.sites.queries import column_at, site_named
from rongshu.sites.site_elements import CHANGEABLE

_Status = Site.Status
_STEPS: Final = {
    (_Status.PREPARING, "approved"): (approve_opening,),
    (_Status.PREPARING, "online"): (approve_opening, open_site),
    (_Status.APPROVED, "online"): (open_site,),
}


def bring_about_sites(run: Run) -> None:
    """Create or change the sites themselves; parents may stand anywhere before their children."""
    for place, item in run.items("sites"):
        with run.at(place):
            _site(run, item)


def _site(run: Run, item: dict[str, Any]) -> None:
    wanted: dict[str, Any] = {name: value for name, value in item.items() if name in CHANGEABLE}
    wanted["sponsor"] = organization_named(item["sponsor"])
    if "region" in item:
        wanted["region"] = region_with_code(item["region"])
    if "parent" in item:
        wanted["parent"] = site_named(item["parent"])
    if "opened_on" in item:
        wanted["opened_on"] = date.fromisoformat(item["opened_on"])
    present = Site.objects.filter(slug=item["slug"]).first()
    if present is None:
        site = create_site(actor=run.actor, slug=item["slug"], **wanted)
        run.changed(f"新建站点 {site.slug} {site.name}")
        return
    if "base_url" in wanted:
        wanted["base_url"] = wanted["base_url"].rstrip("/")
    if differences := differing(present, wanted):
        change_site(actor=run.actor, site=present, **differences)
        run.changed(f"修改站点 {present.slug}：{'、'.join(CHANGEABLE[name] for name in differences)}")


def bring_about_columns(run: Run) -> None:
    """Make the columns of each site's standard, then those declared one by one; others stay."""
    for place, item in run.items("sites"):
        site = Site.objects.get(slug=item["slug"])
        if "standard" in item:
            with run.at((*place, "standard")):
                made = create_columns_from_standard(
                    actor=run.actor, site=site, standard=item["standard"], without=item.get("without", ())
                )
            if made:
                run.changed(f"站点 {site.slug} 按标准“{item['standard']}”新建栏目 {len(made)} 个")
        _columns(run, site, (*place, "columns"), "/")


def _columns(run: Run, site: Site, place: Place, above: str) -> None:
    for column_place, item in run.items(*place):
        path = above.rstrip("/") + normal_path(item["path"])
        with run.at(column_place):
            _column(run, site, path, item)
        _columns(run, site, (*column_place, "children"), path)


def _column(run: Run, site: Site, path: str, item: dict[str, Any]) -> None:
    wanted = {name: value for name, value in item.items() if name not in {"path", "selections", "children"}}
    if "owner" in wanted:
        wanted["owner"] = organization_named(wanted["owner"])
    column = Column.objects.filter(site=site, path=path).exclude(status=Column.Status.CLOSED).first()
    if column is None:
        above, _, slug = path.strip("/").rpartition("/")
        missing = [name for name in ("name", "type") if name not in wanted]
        if missing:
            raise ColumnMalformed(
                f"新栏目“{path}”缺少：{'、'.join(missing)}。", fields=dict.fromkeys(missing, "必须填写")
            )
        parent = column_at(site, above) if above else None
        column = create_column(actor=run.actor, site=site, parent=parent, slug=slug, **wanted)
        run.changed(f"站点 {site.slug} 新建栏目 {path} {column.name}")
    elif differences := differing(column, wanted):
        column = change_column(actor=run.actor, column=column, **differences)
        run.changed(f"站点 {site.slug} 修改栏目 {path}")
    for query in item.get("selections", ()):
        _selection(run, column, query)


def _selection(run: Run, column: Column, query: dict[str, Any]) -> None:
    owners = [organization_named(owner).credit_code for owner in query.get("owners", ())]
    rule = {**query, "owners": owners} if owners else dict(query)
    if "categories" in query:
        rule["categories"] = [_category(category) for category in query["categories"]]
    if not column.selections.filter(is_active=True, query=rule).exists():
        select_automatically(actor=run.actor, column=column, query=rule)
        run.changed(f"站点 {column.site.slug} 栏目 {column.path} 设置自动归集")


def _category(written: Any) -> Any:
    """Return a category written `theme:05` as the library's queries have it."""
    if not isinstance(written, str):
        return written
    scheme, _, code = written.partition(":")
    return {"scheme": scheme, "code": code}


def bring_about_looks(run: Run) -> None:
    """Set themes, blocks and verification files: what a home page is made of, once columns are there."""
    for place, item in run.items("sites"):
        site = Site.objects.get(slug=item["slug"])
        if "theme" in item:
            with run.at((*place, "theme")):
                _theme(run, site, item)
        if "blocks" in item:
            with run.at((*place, "blocks")):
                _blocks(run, site, item["blocks"])
        for file_place, file in run.items(*place, "verification_files"):
            with run.at(file_place):
                _verification_file(run, site, file)


def _theme(run: Run, site: Site, item: dict[str, Any]) -> None:
    tokens = item.get("tokens", {})
    if (site.theme, site.tokens) != (item["theme"], tokens):
        change_theme(actor=run.actor, site=site, theme=item["theme"], tokens=tokens)
        run.changed(f"站点 {site.slug} 更换主题 {item['theme']}")


def _blocks(run: Run, site: Site, items: list[dict[str, Any]]) -> None:
    before = settings_of(site)
    change_blocks(actor=run.actor, site=site, blocks=[BlockSetting(**item) for item in items])
    if settings_of(site) != before:
        run.changed(f"站点 {site.slug} 设置首页区块 {len(items)} 个")


def _verification_file(run: Run, site: Site, file: dict[str, str]) -> None:
    known = site.verification_files.filter(name=file["name"], content=file["content"])
    if not known.exists():
        register_verification_file(actor=run.actor, site=site, **file)
        run.changed(f"站点 {site.slug} 登记验证文件 {file['name']}")


def bring_about_statuses(run: Run) -> None:
    """Take sites forward to the declared status; a site that is offline or closed stays so."""
    for place, item in run.items("sites"):
        site = Site.objects.get(slug=item["slug"])
        for deed in _STEPS.get((_Status(site.status), item.get("status", "")), ()):
            with run.at((*place, "status")):
                site = deed(actor=run.actor, site=site)
            run.changed(f"站点 {site.slug} 转为“{_Status(site.status).label}”")
