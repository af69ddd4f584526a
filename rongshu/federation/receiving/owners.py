"""The owners of foreign records as organisations here: below the one that stands for the partner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rongshu.federation.errors import OwnerOfAnother
from rongshu.federation.models import Partner
from rongshu.federation.receiving.neighbours import neighbour
from rongshu.foundation.errors import RongshuError
from rongshu.foundation.installation import node_id
from rongshu.library.models import Resource
from rongshu.organizations.actions.create_organization import create_organization
from rongshu.organizations.actions.register_region import register_region
from rongshu.organizations.actions.rename_organization import rename_organization
from rongshu.organizations.models import Organization, Region

_LEVELS: Final = frozenset(Organization.Level.values)
_KINDS: Final = frozenset(Organization.Kind.values)


class Owners:
    """Finds and, at the first record, registers the owners of one partner's records."""

    def __init__(self, partner: Partner) -> None:
        self.partner, self.actor = partner, neighbour(partner)
        self._found: dict[str, Organization | RongshuError] = {}

    def of(self, said: Mapping[str, Any], like: Mapping[str, Any] | None = None) -> Organization:
        """Return the organisation of a credit code; `like` fills in what is not said of a publisher.

        Raise `OwnerOfAnother`, or why it can't be registered.
        """
        code = str(said["code"])
        if code not in self._found:
            self._found[code] = self._look_up(code, {**(like or {}), **said})
        found = self._found[code]
        if isinstance(found, RongshuError):
            raise found
        return found

    def _look_up(self, code: str, said: Mapping[str, Any]) -> Organization | RongshuError:
        known = Organization.objects.filter(credit_code=code).first()
        try:
            return self._register(code, said) if known is None else self._renamed(self._checked(known), said)
        except RongshuError as error:
            return error

    def _checked(self, known: Organization) -> Organization:
        """A partner speaks for what stands below it, and for nobody whose records are made here."""
        stands_below = known.path.startswith(self.partner.organization.path)
        if not stands_below or Resource.objects.filter(owner=known, origin_node=node_id()).exists():
            raise OwnerOfAnother(fields={"owner": known.credit_code})
        return known

    def _renamed(self, known: Organization, said: Mapping[str, Any]) -> Organization:
        """Follow the name its own node gives it; how we call the partner itself is ours to say.

        A record that was stated before the change still bears the former name: it changes nothing back.
        """
        name = str(said["name"]).strip()[:100]
        if name == known.name or known.pk == self.partner.organization_id:
            return known
        if known.names.filter(name=name, valid_until__isnull=False).exists():
            return known
        return rename_organization(
            actor=self.actor, organization=known, name=name, document=f"联通节点“{self.partner.name}”通报"
        )

    def _register(self, code: str, said: Mapping[str, Any]) -> Organization:
        level, kind = str(said.get("level", "")), str(said.get("kind", ""))
        return create_organization(
            actor=self.actor,
            name=str(said["name"])[:100],
            credit_code=code,
            level=level if level in _LEVELS else self.partner.organization.level,
            kind=kind if kind in _KINDS else Organization.Kind.DEPARTMENT,
            region=self._region(str(said.get("region", "")), str(said.get("region_name", ""))),
            parent=self.partner.organization,
        )

    def _region(self, code: str, name: str) -> Region:
        known = Region.objects.filter(code=code).first()
        if known is not None:
            return known
        try:
            return register_region(actor=self.actor, code=code, name=name)
        except RongshuError:
            return self.partner.organization.region
