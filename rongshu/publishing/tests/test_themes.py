"""At most three colours, readable everywhere, and tokens that cannot break out of a style sheet."""

from __future__ import annotations

import colorsys
import re
from pathlib import Path

import pytest

from rongshu.publishing.pages.frames import ThemeTokens
from rongshu.publishing.pages.themes import THEMES, ThemeTokenRefused, contrast, site_stylesheet

STYLES = Path(__file__).resolve().parent.parent / "assets" / "src" / "styles"
TOKENS = (STYLES / "tokens.css").read_text(encoding="utf-8")


def tokens_of(theme: str) -> dict[str, str]:
    """Return the colour tokens of a theme: the root's, then its own over them."""
    root = re.search(r"^:root \{(.*?)^\}", TOKENS, re.DOTALL | re.MULTILINE)
    own = re.search(rf'^\[data-theme="{theme}"\] \{{(.*?)^\}}', TOKENS, re.DOTALL | re.MULTILINE)
    assert root
    declared = root[1] + (own[1] if own else "")
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", declared))


def hue_and_saturation(colour: str) -> tuple[float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, _, _ = colorsys.rgb_to_hls(red, green, blue)
    return hue * 360, max(red, green, blue) - min(red, green, blue)


@pytest.mark.requirement("P5-08")
@pytest.mark.parametrize("theme", THEMES)
def test_theme_has_at_most_three_colours(theme: str) -> None:
    # Greys count as one colour; tints and shades of a hue (within 25 degrees) as one.
    families: list[float] = []
    for name, colour in tokens_of(theme).items():
        hue, chroma = hue_and_saturation(colour)
        if chroma < 0.055 and not name.startswith(("brand", "accent")):
            continue
        if not any(abs((hue - known + 180) % 360 - 180) <= 25 for known in families):
            families.append(hue)
    assert len(families) + 1 <= 3, families


@pytest.mark.requirement("P5-08")
def test_style_sheets_take_every_colour_from_the_tokens() -> None:
    for path in STYLES.glob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        if path.name == "tokens.css":
            continue
        # Elder mode re-declares two grey tokens; nothing else names a colour.
        declared = re.sub(r"^\s*--[\w-]+:.*$", "", text, flags=re.MULTILINE)
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?![^{}]*\{)|\brgba?\(|\bhsl", declared), path.name


@pytest.mark.requirement("P1-10")
@pytest.mark.parametrize("theme", THEMES)
def test_text_is_readable_in_every_theme(theme: str) -> None:
    token = tokens_of(theme)
    pairs = [
        (ink, ground)
        for ink in ("ink", "ink-soft", "ink-quiet", "brand", "brand-deep", "accent")
        for ground in ("paper", "ground", "brand-soft", "accent-soft")
    ]
    pairs += [("on-brand", "brand"), ("on-brand", "brand-deep"), ("paper", "ink-soft")]
    for ink, ground in pairs:
        assert contrast(token[ink], token[ground]) >= 4.5, (ink, ground)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_site_overrides_tokens_in_a_sheet_of_its_own() -> None:
    theme = ThemeTokens("azure", (("radius", "8px"), ("brand", "#123456")))
    sheet = site_stylesheet(theme)
    assert sheet
    assert sheet.content == ":root[data-theme][data-theme]{--brand:#123456;--radius:8px;}\n"
    assert sheet == site_stylesheet(ThemeTokens("azure", tuple(reversed(theme.overrides))))
    assert site_stylesheet(ThemeTokens("azure")) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("brand", "#ffcc00"),  # white text on it could not be read
        ("brand", "red"),
        ("brand", "#123456;} body{display:none"),
        ("brand-soft", "#303030"),
        ("font", "Comic Sans"),
        ("density", "9"),
    ],
)
def test_unusable_tokens_are_refused(name: str, value: str) -> None:
    with pytest.raises(ThemeTokenRefused):
        site_stylesheet(ThemeTokens("pine", ((name, value),)))
