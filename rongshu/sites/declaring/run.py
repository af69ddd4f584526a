"""One run over a site file: who acts, what changed so far, and where an error stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rongshu.accounts.models import Person
from rongshu.foundation.errors import RongshuError
from rongshu.sites.declaring.reading import Place, SiteFile
from rongshu.sites.errors import SiteFileMalformed


@dataclass
class Run:
    """What the steps share. `changes` are Chinese lines, one per thing made or changed."""

    actor: Person
    file: SiteFile
    changes: list[str] = field(default_factory=list)

    def items(self, *place: str | int) -> Iterator[tuple[Place, Any]]:
        """Yield the items of a list with their places; a list that is not there is empty."""
        found: Any = self.file.content
        for part in place:
            found = found[part] if isinstance(part, int) else found.get(part, [])
        for index, item in enumerate(found):
            yield (*place, index), item

    def changed(self, line: str) -> None:
        """Note a change."""
        self.changes.append(line)

    @contextmanager
    def at(self, place: Place) -> Iterator[None]:
        """Name the place in the file of whatever an action refuses inside the block."""
        try:
            yield
        except SiteFileMalformed:
            raise
        except RongshuError as error:
            where = self.file.where(place)
            raise SiteFileMalformed(
                f"配置文件有误，未做任何改动。{where}：{error.message}（{error.code}）",
                fields={where: error.message, **error.fields},
            ) from error


def differing(present: object, wanted: dict[str, Any]) -> dict[str, Any]:
    """Return the wanted values that the object does not have yet."""
    return {name: value for name, value in wanted.items() if getattr(present, name) != value}
