"""How pages show a browser."""

from __future__ import annotations

from django import template

from rongshu.accounts.browsers import browser_of

register = template.Library()
register.filter("browser", browser_of)
