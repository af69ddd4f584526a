"""What stands in the declaration of a node: regions, organisations, persons, sites."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from rongshu.project.drilling.plan import PROVINCE, Drill, Node, Unit

REVIEWER = "reviewer"


def declaration(drill: Drill, node: Node, *, port: int) -> str:
    """Return the file for `rongshu site apply` of a node that serves on a port.

    A city knows the province, and the province all cities: whose records come to it has to be known there.
    """
    known = drill.everyone if node.is_hub else (drill.province, node)
    head = drill.province.portal.name
    return yaml.safe_dump(
        {
            "regions": [{"code": each.region_code, "name": each.region_name} for each in known],
            "organizations": list(_organizations(node, known, head)),
            "persons": [_reviewer(node, known)],
            "sites": [_site(node, unit, port) for unit in node.units],
        },
        allow_unicode=True,
        sort_keys=False,
    )


def _organizations(node: Node, known: Sequence[Node], head: str) -> list[dict[str, Any]]:
    return [
        _organization(each, unit, head)
        for each in known
        for unit in (each.units if each is node else each.units[:1])
    ]


def _organization(node: Node, unit: Unit, head: str) -> dict[str, Any]:
    is_government = unit is node.portal
    described: dict[str, Any] = {
        "name": unit.name,
        "short_name": unit.name.removeprefix(PROVINCE),
        "credit_code": unit.credit_code,
        "kind": "government" if is_government else "department",
        "level": "province" if node.is_hub else "city",
        "region": unit.region_code,
    }
    return described if unit.name == head else {**described, "parent": head}


def _reviewer(node: Node, known: Sequence[Node]) -> dict[str, Any]:
    """Who signs what comes in by batches: of the node's own units, and of its neighbours."""
    signed_for = [
        *(unit.name for unit in node.units),
        *(each.portal.name for each in known if each is not node),
    ]
    return {
        "handle": REVIEWER,
        "name": f"{node.region_name}审核",
        "organization": node.portal.name,
        "roles": [{"role": "reviewer", "organization": name} for name in signed_for],
    }


def _site(node: Node, unit: Unit, port: int) -> dict[str, Any]:
    number = f"{unit.region_code}{unit.serial:04d}"
    return {
        "slug": unit.slug,
        "name": unit.site_name,
        "name_en": f"Demonstration site {number}",
        "domain": f"{unit.slug}.localhost",
        "base_url": f"http://{unit.slug}.localhost:{port}",
        "type": "department" if unit.standard == "department" else "portal",
        "admin_level": "province" if node.is_hub else "city",
        "region": unit.region_code,
        "sponsor": unit.name,
        "operator": f"{node.region_name}政务信息中心",
        "identification_code": number,
        "icp_number": f"示ICP备{number}号-1",
        "police_number": f"示公网安备{number}号",
        "party_gov_mark": number,
        "approval_document": f"示政办函〔2026〕{unit.serial}号",
        "security_test": f"示测评〔2026〕{unit.serial}号",
        "contact": "0000-12345678（工作日 9:00—17:30）",
        "address": f"{node.region_name}示范大道{unit.serial}号",
        "opened_on": "2026-01-01",
        "status": "online",
        "standard": unit.standard,
    }
