"""Filters that put the library's codes into words."""

from __future__ import annotations

from django import template

from rongshu.library.queries.elements import rule_in_words

register = template.Library()
register.filter("rule_words", rule_in_words)
