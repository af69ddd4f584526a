"""Deleting what a definition is: at once without data, else by password and the name typed (P2-03)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.http import HttpResponse

from rongshu.accounts.permissions import require
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.forms import ConsoleForm, answer_form
from rongshu.console.pages import Crumb
from rongshu.library.actions.deleting_definitions import Consent, has_data
from rongshu.library.models import Category, FieldDefinition, LibraryStandard
from rongshu.library.permissions import may_define

Deletion = Callable[[Consent | None], object]


class PlainForm(ConsoleForm):
    """Nothing to fill in: nothing stands behind what is deleted."""


class ConsentForm(ConsoleForm):
    """One's own password, and the name typed again."""

    typed_name = forms.CharField(label="再次输入名称", max_length=100)
    password = forms.CharField(
        label="本人登录密码", max_length=200, strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["typed_name"].widget.attrs["autocomplete"] = "off"


def answer_deletion(
    request: StaffRequest,
    what: LibraryStandard | Category | FieldDefinition,
    delete: Deletion,
    *,
    name: str,
    consequence: str,
    back_url: str,
    done_url: str,
    crumbs: Sequence[Crumb],
) -> HttpResponse:
    """Ask for what the deletion takes, then delete; a refusal changes nothing."""
    require(may_define(request.viewer))
    holds_data = has_data(what)
    form = (ConsentForm if holds_data else PlainForm)(request.POST if request.method == "POST" else None)
    lead = "其下没有信息资源，删除后不能恢复。"
    if holds_data:
        lead = f"其下已有信息资源。{consequence}请输入“{name}”和本人登录密码。"

    def act(filled: ConsoleForm) -> str:
        given = filled.cleaned_data
        delete(Consent(given["password"], given["typed_name"]) if holds_data else None)
        return f"已删除“{name}”。"

    return answer_form(
        request, form, act, title=f"删除“{name}”", button="删除", lead=lead, back_url=back_url,
        done_url=done_url, crumbs=crumbs,
    )  # fmt: skip
