"""Profiles: how nodes of a jurisdiction exchange, as files (federation/profile_files/*.yaml)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from rongshu.federation.actions.add_partner import PartnerSetting
from rongshu.federation.errors import ProfileUnknown
from rongshu.federation.models import Partner

_FOLDER: Final = Path(__file__).parent / "profile_files"


@dataclass(frozen=True, slots=True)
class Profile:
    """A jurisdiction's way: for each role of a node, the settings of the partners it has."""

    code: str
    name: str
    source: str
    model: str
    roles: dict[str, list[dict[str, Any]]]

    def setting(self, own_role: str, partner_role: str) -> PartnerSetting:
        """Return how a node of one role exchanges with a partner of another; what is not said is usual."""
        said = next((each for each in self.roles.get(own_role, ()) if each["role"] == partner_role), {})
        # Who stands above us knows the nodes beside us; where a city has districts, its profile says so.
        is_above = said.get("relation") == Partner.Relation.ABOVE
        return PartnerSetting(**{"role": partner_role, "endorses": is_above, **said})


def profile_codes() -> list[str]:
    """Return the codes of all profiles."""
    return sorted(file.stem for file in _FOLDER.glob("*.yaml"))


def profile(code: str) -> Profile:
    """Read a profile; raise `ProfileUnknown`."""
    if code not in profile_codes():
        raise ProfileUnknown(fields={"profile": "、".join(profile_codes())})
    said = yaml.safe_load((_FOLDER / f"{code}.yaml").read_text(encoding="utf-8"))
    roles = {role: list(each["partners"]) for role, each in said["roles"].items()}
    return Profile(code, said["name"], said["source"], said["model"], roles)


def setting_for(own_role: str, partner_role: str, code: str = "") -> PartnerSetting:
    """Return the settings a new partner begins with: the profile's, or the usual ones of both roles."""
    if code:
        return profile(code).setting(own_role, partner_role)
    is_above = own_role != Partner.Role.PEER and partner_role == Partner.Role.HUB
    is_below = own_role == Partner.Role.HUB and partner_role != Partner.Role.HUB
    relation = Partner.Relation.ABOVE if is_above else Partner.Relation.BELOW if is_below else None
    return PartnerSetting(
        role=partner_role,
        relation=relation or Partner.Relation.BESIDE,
        relays=own_role == Partner.Role.HUB,
        endorses=partner_role == Partner.Role.HUB,
    )
