"""A site's home page as a change would make it: rendered by the publisher's own hand, written nowhere."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from html import escape
from typing import Final

from django.db import transaction

from rongshu.publishing import media
from rongshu.publishing.loading.context import SiteContext, load_context
from rongshu.publishing.loading.home import load_home
from rongshu.publishing.loading.site_frame import theme_of
from rongshu.publishing.pages.assets import DIST_FOLDER, STATIC_PREFIX, asset_names
from rongshu.publishing.pages.rendering import render
from rongshu.publishing.pages.themes import site_stylesheet
from rongshu.sites.models import Site

_SHEET: Final = re.compile(r'<link rel="stylesheet" href="[^"]*">')
_SCRIPT: Final = re.compile(r"<script\b[^>]*>.*?</script>", re.DOTALL)
_BUILT: Final = re.compile(rf"(?:{STATIC_PREFIX}|\./)([\w-]+\.(?:svg|png|webp|woff2))")


def preview_home(site: Site, change: Callable[[], object]) -> str:
    """Return the page with its styles inside; `change` is tried and taken back, its refusal comes through.

    What is published is not touched. Pictures and links are those of the site's own address.
    """
    with transaction.atomic():
        change()
        context = load_context(site.pk)
        page, _ = load_home(context)
        styles = _styles(context)
        transaction.set_rollback(True)
    html = _inlined(_SHEET.sub("", _SCRIPT.sub("", render(page))))
    head = f'<head><base href="{escape(context.base_url)}/"><style>{styles}</style>'
    return html.replace("<head>", head, 1)


def _styles(context: SiteContext) -> str:
    name = asset_names().stylesheet.rpartition("/")[2]
    own = site_stylesheet(theme_of(context.site))
    return _inlined((DIST_FOLDER / name).read_text("utf-8") + (own.content if own else ""))


def _inlined(text: str) -> str:
    """Put the built pictures into the text itself: a site in preparation serves none yet."""
    return _BUILT.sub(_inlined_file, text)


def _inlined_file(found: re.Match[str]) -> str:
    file = DIST_FOLDER / found[1]
    if not file.is_file():
        return found[0]
    return f"data:{media.media_type(file.name)};base64,{b64encode(file.read_bytes()).decode()}"
