"""Templates frozen for a time: whoever keeps key periods says why a site's looks may not change now."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final

from rongshu.foundation.errors import Conflict
from rongshu.sites.models import Site

Freeze = Callable[[Site], str]
_freezes: Final[list[Freeze]] = []


class TemplatesFrozen(Conflict):
    """The looks of a site stay as they are during a key period."""

    code: ClassVar[str] = "templates-frozen"
    sentence: ClassVar[str] = "重要保障期内模板与区块已冻结，请在保障期结束后再修改。"


def register_freeze(freeze: Freeze) -> None:
    """Say why a site's templates are frozen now, or "" when they are not."""
    _freezes[:] = [freeze]


def require_unfrozen(site: Site) -> None:
    """Raise `TemplatesFrozen` while somebody keeps the site's looks as they are."""
    for freeze in _freezes:
        if reason := freeze(site):
            raise TemplatesFrozen(f"{reason}期间模板与区块已冻结，请在保障期结束后再修改。")
