"""What a browser calls itself, in words a person knows."""

from __future__ import annotations

import re
from typing import Final

# In this order: each of them also calls itself by names further down.
_BROWSERS: Final = (
    ("Edge", r"Edg\w*/(\d+)"),
    ("QQ 浏览器", r"QQBrowser/(\d+)"),
    ("微信", r"MicroMessenger/(\d+)"),
    ("Firefox", r"Firefox/(\d+)"),
    ("Chrome", r"(?:Headless)?Chrome/(\d+)"),
    ("Safari", r"Version/(\d+)[\d.]* .*Safari"),
)
_SYSTEMS: Final = (
    ("鸿蒙", r"HarmonyOS|OpenHarmony"),
    ("Android", r"Android"),
    ("iOS", r"iPhone|iPad"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X"),
    ("Linux", r"Linux"),
)


def browser_of(user_agent: str) -> str:
    """Return "Chrome 131 · Windows", or the beginning of what cannot be told."""
    found = ((name, re.search(pattern, user_agent)) for name, pattern in _BROWSERS)
    browser = next((f"{name} {match[1]}" for name, match in found if match), "")
    system = next((name for name, pattern in _SYSTEMS if re.search(pattern, user_agent)), "")
    return " · ".join(part for part in (browser, system) if part) or user_agent[:40] or "未知"
