"""Theme tokens a site may set, and what the style guide asks of them (P5-08; 47号: at most three colours)."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Mapping
from typing import Any, Final

from rongshu.sites.errors import ThemeMalformed
from rongshu.sites.models import Site

_COLOUR: Final = re.compile(r"#[0-9a-f]{6}")
# Colours that stand behind or beside text: dark ones against white, soft ones against the ink.
DARK: Final = {"brand": "主色", "brand-deep": "主色（深）", "accent": "辅色"}
SOFT: Final = {"brand-soft": "主色（浅底）", "accent-soft": "辅色（浅底）"}
_MEASURES: Final = {
    "radius": (re.compile(r"(?:[0-9]|1[0-9]|2[0-4])px"), "圆角须为 0–24px"),
    "density": (re.compile(r"(?:0\.[5-9]|1|1\.[0-9]|2)"), "疏密须为 0.5–2"),
    "space": (re.compile(r"(?:0\.[5-9]\d?|1|1\.\d{1,2}|2)rem"), "间距须为 0.5–2rem"),
}
LEAST_CONTRAST: Final = 4.5  # WCAG 2.2 § 1.4.3, level AA
MOST_COLOURS: Final = 3
_WHITE: Final = "#ffffff"
_INK: Final = "#1d1f23"
# What the eye calls one colour: hues within a twelfth of the circle; too pale or dull to name is grey.
_SAME_HUE: Final = 30
_LEAST_CHROMA: Final = 0.12
_THEMES: Final[dict[str, dict[str, str]]] = {
    Site.Theme.VERMILION: {"brand": "#a81e22", "brand-deep": "#7f1317", "accent": "#8a5a00"},
    Site.Theme.AZURE: {"brand": "#0a5299", "brand-deep": "#063c73", "accent": "#9a4d00"},
    Site.Theme.PINE: {"brand": "#17654b", "brand-deep": "#0d4a36", "accent": "#8a5400"},
}


def check_theme(theme: str, tokens: Mapping[str, Any]) -> None:
    """Raise ThemeMalformed naming every token that the style guide refuses."""
    if theme not in Site.Theme.values:
        raise ThemeMalformed(
            f"没有“{theme}”这个主题；可选：{'、'.join(Site.Theme.values)}。", fields={"theme": "不在值域内"}
        )
    wrong = {name: problem for name, value in tokens.items() if (problem := _problem(name, value))}
    colours = {name: str(value) for name, value in tokens.items() if name in {**DARK, **SOFT}}
    if not wrong and (count := colours_in({**_THEMES[theme], **colours})) > MOST_COLOURS:
        wrong["tokens"] = (
            f"全站用色不得超过 {MOST_COLOURS} 种，现为 {count} 种，请让深浅色与主色、辅色同一色系"
        )
    if wrong:
        raise ThemeMalformed("；".join(wrong.values()) + "。", fields=wrong)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio (1–21) of two `#rrggbb` colours (WCAG 2.2)."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def colours_in(colours: Mapping[str, str]) -> int:
    """Return how many different colours (hue families, greys left out) a palette has."""
    families: list[float] = []
    for colour in colours.values():
        hue = _hue(colour)
        if hue is not None and all(_distance(hue, known) > _SAME_HUE for known in families):
            families.append(hue)
    return len(families)


def _problem(name: str, value: object) -> str:
    label = {**DARK, **SOFT}.get(name)
    if label is not None:
        if not isinstance(value, str) or not _COLOUR.fullmatch(value):
            return f"{label}须写作 #rrggbb（小写）"
        ratio = contrast(value, _INK if name in SOFT else _WHITE)
        return (
            ""
            if ratio >= LEAST_CONTRAST
            else f"{label}与文字的对比度为 {ratio:.1f}，不得低于 {LEAST_CONTRAST}"
        )
    if name in _MEASURES:
        pattern, problem = _MEASURES[name]
        return "" if isinstance(value, str) and pattern.fullmatch(value) else problem
    return f"没有“{name}”这个设计令牌"


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hue(colour: str) -> float | None:
    channels = _channels(colour)
    if max(channels) - min(channels) < _LEAST_CHROMA:
        return None
    return colorsys.rgb_to_hsv(*channels)[0] * 360


def _distance(one: float, other: float) -> float:
    between = abs(one - other) % 360
    return min(between, 360 - between)
