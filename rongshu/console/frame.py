"""What every console page shows around its content: the person, the menu, the theme."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from django.http import HttpRequest

from rongshu.accounts.models import Person
from rongshu.accounts.viewers import PUBLIC, Viewer
from rongshu.accounts.web.gate import SIGN_IN_PATH
from rongshu.console.menu import ShownSection, menu_for
from rongshu.console.models import Preference
from rongshu.console.queries import preference_of
from rongshu.console.working_place import Place, has_places, working_place
from rongshu.foundation.installation import NotSetUp, this_installation


class Frame:
    """The frame of one request's page; each part is read when a template first asks for it."""

    sign_in_path = SIGN_IN_PATH

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.person: Person | None = getattr(request, "person", None)
        self.viewer: Viewer = getattr(request, "viewer", PUBLIC)

    @cached_property
    def name(self) -> str:
        """The installation's name; before set-up the program's."""
        try:
            return this_installation().name
        except NotSetUp:
            return "榕树"

    @cached_property
    def menu(self) -> Sequence[ShownSection]:
        """The menu of this person."""
        return menu_for(self.viewer, self.request.path) if self.person else []

    @cached_property
    def is_short(self) -> bool:
        """Whether the whole menu fits on the screen when every section stands open."""
        return sum(len(shown.entries) + 1 for shown in self.menu) <= 18

    @cached_property
    def theme(self) -> str:
        """ "light", "dark" or "auto"."""
        kept = preference_of(self.person) if self.person else None
        return kept.theme if kept else Preference.Theme.AUTO.value

    @cached_property
    def place(self) -> Place | None:
        """The unit or site the lists are narrowed to, None for all."""
        return working_place(self.request)

    @property
    def has_places(self) -> bool:
        """Whether the person has units or sites to choose between."""
        return has_places(self.viewer)

    @cached_property
    def waiting(self) -> int:
        """How much waits for the person, over all entries of the menu."""
        return sum(entry.count for shown in self.menu for entry in shown.entries)


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Give templates `frame`; a context processor."""
    return {"frame": Frame(request)}
