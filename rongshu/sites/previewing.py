"""Who shows a home page as a change would make it: an app above this one registers itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rongshu.foundation.errors import Unavailable
from rongshu.sites.models import Site

# Takes the site and the change to try; returns the page as HTML without scripts.
HomePreviewer = Callable[[Site, Callable[[], object]], str]
_previewers: list[HomePreviewer] = []


class PreviewImpossible(Unavailable):
    """Nothing in this installation renders pages."""

    code: ClassVar[str] = "preview-impossible"
    sentence: ClassVar[str] = "当前安装没有页面生成功能，无法预览。"


def register_home_previewer(previewer: HomePreviewer) -> None:
    """Let this function show home pages."""
    _previewers[:] = [previewer]


def preview_of_home(site: Site, change: Callable[[], object]) -> str:
    """Return the home page as it would be after `change`; nothing of it stays."""
    if not _previewers:
        raise PreviewImpossible
    return _previewers[0](site, change)
