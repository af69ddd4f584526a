"""The subtitle: labelled, named so by its class, or a line that begins with a dash right below the title."""

from __future__ import annotations

import re
from typing import Final

from .byline import Found
from .labels import SUBTITLE_LABELS, Labelled, first_value
from .lines import Line, compact
from .title import Title

_DASHES: Final = ("——", "--", "―", "—", "──")
_NAMED: Final = re.compile(
    r"(?:^|[\s_\-])(?:sub-?_?(?:title|tit|head\w*)|s-?title|fu-?_?biao-?ti|fbt|fu-?_?title|vice-?_?title|title-?_?sub)"
    r"(?:$|[\s_\-\d])",
    re.IGNORECASE,
)
_LONGEST: Final = 120


def find_subtitle(lines: list[Line], labels: list[Labelled], title: Title | None) -> Found | None:
    """The subtitle of the article, without the dash before it; None where there is none."""
    labelled = first_value(labels, SUBTITLE_LABELS, near=0)
    if labelled and len(labelled[1].value) > 1:
        return Found(labelled[1].value, 0.9, "label", labelled[1].position)
    if title is None or title.position is None:
        return None
    for line in lines[title.position + 1 : title.position + 4]:
        text = line.text.strip()
        if not 4 < len(text) <= _LONGEST or line.is_link or compact(text) in compact(title.text):
            continue
        if _NAMED.search(f"{line.block.get('class') or ''} {line.block.get('id') or ''}"):
            return Found(text.lstrip("-—―─ "), 0.9, "class", line.position)
        if text.startswith(_DASHES) and not text.endswith(_DASHES):
            return Found(text.lstrip("-—―─ "), 0.75, "dash-line", line.position)
    return None
