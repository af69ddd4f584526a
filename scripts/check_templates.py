"""Compile every template and hold the house rules no template linter knows.

No inline script, style or event handler (the content security policy refuses them), no address of
another host (nothing is loaded from a CDN), every image with an alt attribute.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError

ROOT = Path(__file__).parent.parent
# The legacy sites of the demo are as bad as their time was; that is what they are for.
LEFT_OUT = "legacy_sites"
# An archived document is read without the platform, so it carries its own style.
ARCHIVED = "_archive.html"
STYLE = "an inline style sheet is refused by the content security policy"
RULES = {
    "an inline script is refused by the content security policy": re.compile(
        r"<script(?![^>]*\b(src=|type=\"application/))[^>]*>", re.IGNORECASE
    ),
    STYLE: re.compile(r"<style\b", re.IGNORECASE),
    "an event handler attribute is refused by the content security policy": re.compile(
        r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE
    ),
    "nothing is loaded from another host": re.compile(
        r"<(script|link|img|iframe)[^>]*(src|href)=\"(https?:)?//", re.IGNORECASE
    ),
    "an image needs an alt attribute": re.compile(r"<img(?![^>]*\balt=)[^>]*>", re.IGNORECASE),
}


def complaints(file: Path) -> list[str]:
    """Return what is wrong with one template."""
    text = file.read_text()
    name = file.relative_to(ROOT)
    found = [
        f"{name}:{text[: match.start()].count(chr(10)) + 1}: {reason}"
        for reason, pattern in RULES.items()
        for match in pattern.finditer(text)
        if not (reason == STYLE and file.name.endswith(ARCHIVED))
    ]
    # Pages of the sites, those that apps above publishing bring included.
    if {"publishing", "framed"} & set(file.parts):
        try:
            Environment(extensions=["jinja2.ext.do"], autoescape=True).parse(text)
        except TemplateSyntaxError as error:
            found.append(f"{name}:{error.lineno}: {error.message}")
    return found


def main() -> int:
    """Check all templates; print complaints."""
    files = [file for file in ROOT.glob("rongshu/**/templates/**/*.*") if LEFT_OUT not in file.parts]
    found = [complaint for file in sorted(files) if file.is_file() for complaint in complaints(file)]
    print("\n".join(found) or f"{len(files)} templates, no complaint")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
