"""What every source of records can be asked, and the registry of their kinds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from .errors import SettingsMalformed


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One record: its key at the source, its values by field, and where reading goes on after it.

    Values are what JSON knows, and besides bytes, dates and instants. A record that could not be read carries
    the code and the reason instead of values. `position` is the source's own text; nobody else reads it.
    `listed_as` is the key under which it was told of before, while it could not be read.
    """

    key: str
    position: str
    values: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""
    reason: str = ""
    listed_as: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """One entry of a source's description, as files and forms give it."""

    name: str
    label: str
    help: str = ""
    is_needed: bool = False


class RecordSource(Protocol):
    """An opened source of records."""

    def fields(self) -> Sequence[str]:
        """Return the names of the fields, dotted where a record holds others; as far as they are known."""

    def count(self) -> int | None:
        """Return how many records there are, None when the source does not say."""

    def records(self, after: str = "") -> Iterator[SourceRecord]:
        """Yield the records in an order of the source's that does not change, from a position on."""

    def named(self, keys: Collection[str]) -> Iterator[SourceRecord]:
        """Yield the records with these keys as they are now; what is gone is left out."""


@dataclass(frozen=True, slots=True)
class SourceKind:
    """A way to get at records: how it is called, what has to be said, how it is opened."""

    code: str
    label: str
    settings: tuple[Setting, ...]
    # None: its pages are crawled, there are no records to open.
    open: Callable[[Mapping[str, Any], Sequence[str]], AbstractContextManager[RecordSource]] | None


_kinds: dict[str, SourceKind] = {}


def register_source(kind: SourceKind) -> None:
    """Add a kind of source."""
    _kinds[kind.code] = kind


def source_kinds() -> list[SourceKind]:
    """Return the kinds there are, in the order of their registration."""
    return list(_kinds.values())


def check_settings(kind: str, settings: Mapping[str, Any]) -> None:
    """Raise `SettingsMalformed` for an unknown kind, an unknown entry, or one that is missing."""
    known = _kinds.get(kind)
    if known is None:
        raise SettingsMalformed(f"没有“{kind}”这种来源，可用：{'、'.join(_kinds)}。", fields={"kind": kind})
    names = {one.name for one in known.settings}
    if unknown := sorted(set(settings) - names):
        raise SettingsMalformed(f"来源设置中没有“{unknown[0]}”这一项，可用：{'、'.join(sorted(names))}。")
    for one in known.settings:
        if one.is_needed and settings.get(one.name) in (None, "", [], {}):
            raise SettingsMalformed(
                f"来源设置缺少“{one.label}”（{one.name}）。", fields={one.name: "必须填写"}
            )


def open_source(
    kind: str, settings: Mapping[str, Any], *, allow_hosts: Sequence[str] = ()
) -> AbstractContextManager[RecordSource]:
    """Open a source; raise `SettingsMalformed`, `SourceAway`, or `AddressNotAllowed` for inner hosts."""
    check_settings(kind, settings)
    opens = _kinds[kind].open
    if opens is None:
        raise SettingsMalformed("网站采集没有字段可以映射；请用 rongshu intake survey 摸底。")
    return opens(settings, allow_hosts)
