"""Form fields that name a record by its name: an organisation, or the place of a grant."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse_lazy

from rongshu.foundation.errors import RongshuError
from rongshu.organizations.models import Organization
from rongshu.organizations.queries import organization_named


class SuggestInput(forms.TextInput):
    """A text input with suggestions from an address; without scripts the name is typed in full."""

    template_name = "console/widgets/suggest.html"

    def __init__(self, suggest_url: Any, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.suggest_url = suggest_url

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the address of the suggestions."""
        context = super().get_context(name, value, attrs)
        context["widget"]["suggest_url"] = str(self.suggest_url)
        return context


class OrganizationField(forms.CharField):
    """An organisation by full name, short name, former name or credit code."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", SuggestInput(reverse_lazy("console-suggest-organizations")))
        kwargs.setdefault("help_text", "填写名称或统一社会信用代码")
        super().__init__(max_length=100, **kwargs)

    def clean(self, value: Any) -> Organization | None:
        """Return the organisation, or None where none is named."""
        name = super().clean(value)
        return named_organization(name) if name else None


class OrganizationsField(forms.CharField):
    """Several organisations, one a line."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea({"rows": 4}))
        kwargs.setdefault("help_text", "每行一个名称或统一社会信用代码")
        super().__init__(max_length=4000, **kwargs)

    def clean(self, value: Any) -> list[Organization]:
        """Return the organisations without repetition."""
        lines = super().clean(value).splitlines()
        found = [named_organization(line) for line in lines if line.strip()]
        return list(dict.fromkeys(found))


def named_organization(name: str) -> Organization:
    """Return the organisation, or refuse the field."""
    try:
        return organization_named(name)
    except RongshuError as error:
        raise forms.ValidationError(error.message) from None
