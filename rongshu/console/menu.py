"""The console's menu: apps register entries, a person sees those he may use (P1-02)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Final

from django.urls import NoReverseMatch, reverse

from rongshu.accounts.viewers import Viewer


class Section(Enum):
    """The sections in their order, with their names and icons."""

    MY_DAY = ("工作台", "home")
    NEWSROOM = ("采编", "writing")
    LIBRARY = ("信息资源库", "database")
    SITES = ("站点与栏目", "world")
    INTERACTION = ("互动", "messages")
    SERVICES = ("办事", "heart-handshake")
    SUPERVISION = ("监管", "report-analytics")
    FIGURES = ("数据", "chart-bar")
    ACCESS = ("组织与权限", "users")
    SETTINGS = ("设置", "settings")

    @property
    def label(self) -> str:
        """The name a person reads."""
        return self.value[0]

    @property
    def icon(self) -> str:
        """The name of its icon."""
        return self.value[1]


@dataclasses.dataclass(frozen=True)
class MenuEntry:
    """One line of the menu.

    Shown to whom holds any of `capabilities` anywhere (to everyone when there are none), or to whom
    `shown_to` says where the page asks for more. `count` says how much waits for the viewer there.
    """

    section: Section | str
    label: str
    url_name: str
    capabilities: str | Sequence[str] = ()
    order: int = 50
    count: Callable[[Viewer], int] | None = None
    shown_to: Callable[[Viewer], bool] | None = None
    icon: str = ""
    """Of an entry that stands by itself; the section's when empty."""

    def is_for(self, viewer: Viewer) -> bool:
        """Whether the viewer may use what the entry leads to."""
        if self.shown_to is not None:
            return self.shown_to(viewer)
        wanted = [self.capabilities] if isinstance(self.capabilities, str) else self.capabilities
        return not wanted or any(may_anywhere(viewer, one) for one in wanted)


@dataclasses.dataclass(frozen=True)
class ShownEntry:
    """An entry as one person's page shows it."""

    label: str
    url: str
    is_current: bool
    count: int = 0
    icon: str = ""


@dataclasses.dataclass(frozen=True)
class ShownSection:
    """A section with the entries one person may use."""

    section: Section
    entries: Sequence[ShownEntry]

    @property
    def is_current(self) -> bool:
        """Whether the page belongs to this section."""
        return any(entry.is_current for entry in self.entries)


_entries: list[MenuEntry] = []
_BY_LABEL: Final = {section.label: section for section in Section}


def register(entry: MenuEntry) -> None:
    """Add an entry; called from an AppConfig.ready."""
    section = _BY_LABEL[entry.section] if isinstance(entry.section, str) else entry.section
    entry = dataclasses.replace(entry, section=section)
    if entry not in _entries:
        _entries.append(entry)


def entries() -> Sequence[MenuEntry]:
    """Return everything registered, in the order of the menu."""
    return sorted(_entries, key=lambda entry: (_place(entry), entry.order))


def menu_for(viewer: Viewer, path: str) -> list[ShownSection]:
    """Return the sections with what the viewer may use; `path` marks the current entry."""
    shown: dict[Section, list[tuple[MenuEntry, str]]] = {}
    for entry in entries():
        url = _address(entry)
        if url and entry.is_for(viewer) and isinstance(entry.section, Section):
            shown.setdefault(entry.section, []).append((entry, url))
    current = _current([url for some in shown.values() for _, url in some], path)
    return [
        ShownSection(section, [_shown(entry, url, viewer, current) for entry, url in some])
        for section, some in shown.items()
    ]


@dataclasses.dataclass(frozen=True)
class NamedEntry:
    """An entry by its name, for who looks for a function."""

    section: Section
    label: str
    url: str
    url_name: str


def named_entries(viewer: Viewer) -> list[NamedEntry]:
    """Return the names of what the viewer may use; nothing is counted."""
    own = [(one, _address(one)) for one in entries() if one.is_for(viewer)]
    return [
        NamedEntry(one.section, one.label, url, one.url_name)
        for one, url in own
        if url and isinstance(one.section, Section)
    ]


def may_anywhere(viewer: Viewer, capability: str) -> bool:
    """Whether the viewer holds the capability in any scope at all."""
    return viewer.holds_anywhere(capability)


def _place(entry: MenuEntry) -> int:
    return list(Section).index(entry.section)  # type: ignore[arg-type]


def _address(entry: MenuEntry) -> str:
    try:
        return reverse(entry.url_name)
    except NoReverseMatch:
        return ""


def _current(urls: Sequence[str], path: str) -> str:
    """Return the longest address that the page lies at or below."""
    fitting = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(fitting, key=len, default="")


def _shown(entry: MenuEntry, url: str, viewer: Viewer, current: str) -> ShownEntry:
    count = entry.count(viewer) if entry.count else 0
    return ShownEntry(entry.label, url, url == current, count, entry.icon)
