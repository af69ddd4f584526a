"""The old sites that move: built once below the drill's folder, served on the loopback while they do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Final

from rongshu.project.drilling.plan import Unit
from rongshu.project.drilling.scene import Scene
from rongshu.project.legacy_sites import LegacyServer, LegacySite, build_legacy_site, read_source_articles
from rongshu.project.legacy_sites.site import SITE, load_legacy_site
from rongshu.project.serving.sockets import AddressTaken

_SEED: Final = 11


class OldSites:
    """Every moving unit's old site. `material` is the folder of real texts, if there is one."""

    def __init__(self, scene: Scene, material: Path | None) -> None:
        self._drill, self._ports = scene.drill, scene.ledger.old_ports
        self._folder, self._material = scene.folder / "old", material

    @contextmanager
    def served(self, units: Sequence[Unit]) -> Iterator[dict[Unit, str]]:
        """Serve the old sites of some units; yield their addresses. Raise `AddressTaken`."""
        with ExitStack() as stack:
            yield {unit: stack.enter_context(self._serving(unit)) for unit in units}

    @contextmanager
    def _serving(self, unit: Unit) -> Iterator[str]:
        port = self._ports[unit.slug]
        try:
            server = LegacyServer(self._built[unit], port=port).start()
        except OSError as error:
            raise AddressTaken(fields={"address": f"127.0.0.1:{port}"}) from error
        try:
            yield server.base_url
        finally:
            server.stop()

    @cached_property
    def _built(self) -> dict[Unit, LegacySite]:
        units = self._drill.moving
        folders = {unit: self._folder / unit.slug for unit in units}
        # The description is written last: a site that has one is whole.
        if all((folder / SITE).exists() for folder in folders.values()):
            return {unit: load_legacy_site(folder) for unit, folder in folders.items()}
        return self._build(folders)

    def _build(self, folders: dict[Unit, Path]) -> dict[Unit, LegacySite]:
        """Deal the articles out, so that no two sites share one; the project's own texts come first."""
        count = self._drill.articles
        articles = read_source_articles(None, seed=_SEED)
        if self._material is not None:
            wanted = max(count * len(folders) - len(articles), 0)
            articles += read_source_articles(self._material, limit=wanted, seed=_SEED)
        return {
            unit: build_legacy_site(
                unit.family,
                articles[place :: len(folders)][:count],
                folder,
                site_name=unit.site_name,
                host=f"old-{unit.slug}.example",
                seed=_SEED,
            )
            for place, (unit, folder) in enumerate(folders.items())
        }
