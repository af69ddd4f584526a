"""Bringing about the regions, organisations, persons, roles and mandates a site file declares."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from rongshu.accounts.actions.change_person import change_person
from rongshu.accounts.actions.grant_role import grant_role
from rongshu.accounts.actions.register_person import register_person
from rongshu.accounts.models import Person, RoleGrant
from rongshu.accounts.queries import grants_in_force, person_named
from rongshu.library.actions.mandates import give_mandate
from rongshu.library.models import Mandate
from rongshu.organizations.actions.change_organization import CHANGEABLE, change_organization
from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.actions.move_organization import move_organization
from rongshu.organizations.actions.register_region import register_region
from rongshu.organizations.actions.rename_organization import rename_organization
from rongshu.organizations.credit_code import check_credit_code
from rongshu.organizations.models import Organization, Region
from rongshu.organizations.queries import organization_named, region_with_code
from rongshu.sites.declaring.reading import Place
from rongshu.sites.declaring.run import Run, differing
from rongshu.sites.errors import SiteFileMalformed
from rongshu.sites.queries import column_at, site_named

_Scope = RoleGrant.Scope


def bring_about_regions(run: Run) -> None:
    """Register the regions that are not there or bear another name."""
    for place, item in run.items("regions"):
        with run.at(place):
            known = Region.objects.filter(code=item["code"]).values_list("name", flat=True).first()
            region = register_region(actor=run.actor, code=item["code"], name=item.get("name", known or ""))
            if known != region.name:
                run.changed(f"{'登记' if known is None else '更名'}区划 {region.code} {region.name}")


def bring_about_organizations(run: Run) -> None:
    """Create organisations by credit code, or rename, move and change the ones that are there."""
    for place, item in run.items("organizations"):
        with run.at(place):
            _organization(run, item)


def _organization(run: Run, item: dict[str, Any]) -> None:
    wanted = dict(item)
    wanted["credit_code"] = check_credit_code(wanted["credit_code"], allow_demonstration=True)
    wanted["region"] = region_with_code(wanted["region"])
    wanted["parent"] = organization_named(wanted["parent"]) if "parent" in wanted else None
    present = Organization.objects.filter(credit_code=wanted["credit_code"]).first()
    if present is None:
        made = create_organization(actor=run.actor, **wanted)
        run.changed(f"新建机构 {made.name}")
        return
    names = {name: wanted.get(name, getattr(present, name)) for name in ("name", "short_name")}
    if differing(present, names):
        present = rename_organization(actor=run.actor, organization=present, **names)
        run.changed(f"更名机构 {present.name}")
    if present.parent_id != (wanted["parent"].id if wanted["parent"] else None):
        present = move_organization(actor=run.actor, organization=present, parent=wanted["parent"])
        run.changed(f"移动机构 {present.name}")
    others: dict[str, Any] = {name: wanted[name] for name in CHANGEABLE if name in wanted}
    if differing(present, others):
        change_organization(actor=run.actor, organization=present, **others)
        run.changed(f"修改机构 {present.name}")


def bring_about_persons(run: Run) -> None:
    """Register persons by handle, or change name and organisation."""
    for place, item in run.items("persons"):
        with run.at(place):
            _person(run, item)


def _person(run: Run, item: dict[str, Any]) -> None:
    organization = organization_named(item["organization"]) if "organization" in item else None
    present = Person.objects.filter(handle=item["handle"]).first()
    if present is None:
        register_person(actor=run.actor, name=item["name"], handle=item["handle"], organization=organization)
        run.changed(f"登记人员 {item['handle']} {item['name']}")
        return
    organization = organization or present.organization
    if differing(present, {"name": item["name"], "organization": organization}):
        change_person(actor=run.actor, person=present, name=item["name"], organization=organization)
        run.changed(f"修改人员 {item['handle']}")


def bring_about_roles(run: Run) -> None:
    """Give every role that is declared and not in force; roles not named stay as they are."""
    for place, item in run.items("persons"):
        person = Person.objects.get(handle=item["handle"])
        for grant_place, grant in run.items(*place, "roles"):
            with run.at(grant_place):
                _grant(run, person, grant)


def _grant(run: Run, person: Person, grant: dict[str, Any]) -> None:
    scope, scope_id = _scope_of(grant)
    held = grants_in_force(person).filter(role_id=grant["role"], scope=scope, scope_id=scope_id)
    if held.exists():
        return
    grant_role(actor=run.actor, person=person, role=grant["role"], scope=scope, scope_id=scope_id)
    within = next((str(value) for name, value in grant.items() if name != "role"), "全平台")
    run.changed(f"授权 {person.handle}：{grant['role']}（{within}）")


def _scope_of(grant: dict[str, Any]) -> tuple[str, UUID | None]:
    for scope in (_Scope.ORGANIZATION, _Scope.UNIT):
        if scope in grant:
            return scope, organization_named(grant[scope]).id
    if _Scope.SITE in grant:
        return _Scope.SITE, site_named(grant["site"]).id
    if _Scope.COLUMN in grant:
        slug, _, path = grant["column"].partition(":")
        return _Scope.COLUMN, column_at(site_named(slug), path).id
    return _Scope.PLATFORM, None


def bring_about_mandates(run: Run) -> None:
    """Give the mandates that are not there with the same source, site, period and signers."""
    for place, item in run.items("mandates"):
        with run.at(place):
            _mandate(run, place, item)


def _mandate(run: Run, place: Place, item: dict[str, Any]) -> None:
    site = site_named(item["site"])
    signers = [person_named(handle) for handle in item["signers"]]
    period = {name: _day(run, (*place, name), item[name]) for name in ("starts_on", "ends_on")}
    present = Mandate.objects.filter(
        source=item["source"], target_site_id=site.id, revoked_at__isnull=True, **period
    ).prefetch_related("signers")
    wanted = {signer.id for signer in signers}
    if any({signer.person_id for signer in mandate.signers.all()} == wanted for mandate in present):
        return
    give_mandate(
        actor=run.actor,
        source=item["source"],
        target_site_id=site.id,
        signers=signers,
        reason=item["reason"],
        starts_on=period["starts_on"],
        ends_on=period["ends_on"],
    )
    run.changed(f"登记授权 {item['source']} → {site.slug}")


def _day(run: Run, place: Place, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        where = run.file.where(place)
        raise SiteFileMalformed(
            f"配置文件有误，未做任何改动。{where}：“{text}”不是有效日期。", fields={where: "不是有效日期"}
        ) from error
