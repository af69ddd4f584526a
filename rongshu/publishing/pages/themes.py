"""Themes by design tokens: one brand colour, one accent, greys — at most three colours (47号 附件).

A site overrides tokens, never templates. A colour on which text could not be read is refused.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from rongshu.foundation.errors import InvalidInput
from rongshu.publishing.pages.frames import ThemeTokens

THEMES: dict[str, str] = {"vermilion": "朱红", "azure": "青蓝", "pine": "松绿"}

COLOURS = frozenset({"brand", "brand-deep", "brand-soft", "accent", "accent-soft"})
SOFT_COLOURS = frozenset({"brand-soft", "accent-soft"})
OVERRIDABLE: dict[str, re.Pattern[str]] = {
    **dict.fromkeys(COLOURS, re.compile(r"#[0-9a-f]{6}")),
    "radius": re.compile(r"(?:[0-9]|1[0-9]|2[0-4])px"),
    "density": re.compile(r"(?:0\.[5-9]|1|1\.[0-9]|2)"),
    "space": re.compile(r"(?:0\.[5-9]\d?|1|1\.\d{1,2}|2)rem"),
}
"""Token name → what its value must look like. Nothing else gets into a style sheet."""

LEAST_CONTRAST = 4.5
"""WCAG 2.2 AA for text; dark tokens against white, soft ones against the ink."""

_WHITE = "#ffffff"
_INK = "#1d1f23"


class ThemeTokenRefused(InvalidInput):
    """A token that themes do not have, a malformed value, or too little contrast."""

    code = "theme-token-refused"
    status = 422
    sentence = "设计令牌不能使用：名称须在可改范围内，颜色为 #rrggbb，且与文字的对比度不低于 4.5。"


@dataclass(frozen=True, slots=True)
class SiteStylesheet:
    """A site's own token sheet: write `content` under `name` into its tree's assets folder."""

    name: str
    content: str


def site_stylesheet(theme: ThemeTokens) -> SiteStylesheet | None:
    """Return the sheet of the overrides, None without any; raise `ThemeTokenRefused`."""
    if not theme.overrides:
        return None
    for name, value in theme.overrides:
        check_token(name, value)
    declarations = "".join(f"--{name}:{value};" for name, value in sorted(theme.overrides))
    # Twice the attribute outweighs the theme's own block whatever the order of the sheets.
    content = f":root[data-theme][data-theme]{{{declarations}}}\n"
    digest = hashlib.sha256(content.encode()).hexdigest()[:12]
    return SiteStylesheet(name=f"theme-{digest}.css", content=content)


def check_token(name: str, value: str) -> None:
    """Raise `ThemeTokenRefused` unless this override may be used."""
    pattern = OVERRIDABLE.get(name)
    if pattern is None or not pattern.fullmatch(value):
        raise ThemeTokenRefused
    partner = _INK if name in SOFT_COLOURS else _WHITE
    if name in COLOURS and contrast(value, partner) < LEAST_CONTRAST:
        raise ThemeTokenRefused


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio (1–21) of two `#rrggbb` colours (WCAG 2.2, relative luminance)."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _linear(channel: float) -> float:
    return float(channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4)
