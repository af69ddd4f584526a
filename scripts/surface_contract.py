"""An import contract: an app is entered through its actions, queries, events, errors and models only.

Used by `.importlinter` as the contract type `surface`. Every way in besides these is listed there by name,
so that a new one is a decision somebody reads: `kits` are modules an app offers on purpose (registries, base
types, the equipment of doors), `exceptions` are single imports that should not be.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class SurfaceContract(Contract):
    """Every import of another app's module names its surface, a kit, or an exception."""

    type_name = "surface"

    surface = fields.SetField(subfield=fields.StringField())
    open_apps = fields.SetField(subfield=fields.StringField())
    kits = fields.SetField(subfield=fields.StringField(), required=False, default=set())
    exceptions = fields.SetField(subfield=fields.StringField(), required=False, default=set())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Find imports past the surface, and listed names that nobody uses any more."""
        used: set[str] = set()
        broken = [
            f"{importer} -> {imported}"
            for importer, imported in _between_apps(graph)
            if not self._is_allowed(importer, imported, used)
        ]
        stale = sorted((self.kits | self.exceptions) - used)
        return ContractCheck(kept=not (broken or stale), metadata={"broken": broken, "stale": stale})

    def _is_allowed(self, importer: str, imported: str, used: set[str]) -> bool:
        _, app, *inner = imported.split(".")
        if app in self.open_apps or not inner or inner[0] in self.surface:
            return True
        for kit in self.kits:
            if imported == kit or imported.startswith(f"{kit}."):
                used.add(kit)
                return True
        for exception in self.exceptions:
            source, _, target = exception.partition(" -> ")
            if fnmatchcase(importer, source) and imported == target:
                used.add(exception)
                return True
        return False

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say which import to change, and which line of the list to delete."""
        for line in check.metadata["broken"]:
            output.print_error(f"{line}: come in through {', '.join(sorted(self.surface))}")
        for name in check.metadata["stale"]:
            output.print_error(f"{name}: nobody needs this any more, delete it from .importlinter")


def _between_apps(graph: ImportGraph) -> Iterator[tuple[str, str]]:
    """Yield (importer, imported) of every import from one app into another; tests may look anywhere."""
    for importer in sorted(graph.modules):
        if importer.count(".") == 0 or any(one in importer for one in (".tests", ".testing", ".conftest")):
            continue
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            if imported.count(".") and imported.split(".")[1] != importer.split(".")[1]:
                yield importer, imported
