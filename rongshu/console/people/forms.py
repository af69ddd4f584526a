"""Forms about people, grants and roles."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone

from rongshu.accounts.capabilities import CAPABILITIES
from rongshu.accounts.models import RoleGrant
from rongshu.accounts.viewers import Viewer
from rongshu.console.fields import OrganizationField, SuggestInput
from rongshu.console.forms import ConsoleForm
from rongshu.console.people.queries import roles_to_offer
from rongshu.console.scope_names import known_scopes


class PersonForm(ConsoleForm):
    """Who a person is and where."""

    name = forms.CharField(label="姓名", max_length=100)
    organization = OrganizationField(label="单位", required=False)


class NewPersonForm(PersonForm):
    """A person who is to be registered."""

    handle = forms.CharField(
        label="人员代号",
        max_length=60,
        help_text="2–60 个小写字母、数字或 . _ -，同时用作登录名；以后不能修改",
    )
    field_order = ("name", "handle", "organization")


class ReasonForm(ConsoleForm):
    """Why something is done."""

    reason = forms.CharField(label="原因", max_length=200, help_text="将写入审计记录")


class GrantForm(ConsoleForm):
    """A role for a scope, from a day until a day."""

    role = forms.ChoiceField(
        label="角色",
        error_messages={"invalid_choice": "没有这个角色，或它超出您的权限；超出的请由上级管理员授予。"},
    )
    scope = forms.ChoiceField(
        label="范围", error_messages={"invalid_choice": "您不能在这个范围授予角色，请由上级管理员办理。"}
    )
    place = forms.CharField(
        label="机构、站点或栏目",
        required=False,
        max_length=200,
        help_text="填写名称；范围为全平台时留空",
        widget=SuggestInput(reverse_lazy("console-suggest-places")),
    )
    valid_from = forms.DateField(
        label="自",
        required=False,
        help_text="留空则立即生效",
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )
    valid_until = forms.DateField(
        label="至", required=False, help_text="当天结束时到期；留空则长期有效",
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )  # fmt: skip

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles, scopes = self.fields["role"], self.fields["scope"]
        if isinstance(roles, forms.ChoiceField) and isinstance(scopes, forms.ChoiceField):
            roles.choices = [(one.code, one.name) for one in roles_to_offer(viewer)]
            scopes.choices = [
                (one, RoleGrant.Scope(one).label) for one in reversed(known_scopes())
                if one != RoleGrant.Scope.PLATFORM or viewer.holds_on_platform("person.manage")
            ]  # fmt: skip

    def clean_valid_from(self) -> datetime | None:
        """Return the beginning of the first day."""
        day = self.cleaned_data["valid_from"]
        return timezone.make_aware(datetime.combine(day, time.min)) if day else None

    def clean_valid_until(self) -> datetime | None:
        """Return the end of the last day."""
        day = self.cleaned_data["valid_until"]
        return timezone.make_aware(datetime.combine(day, time.max)) if day else None


class RoleForm(ConsoleForm):
    """A role of one's own."""

    name = forms.CharField(label="名称", max_length=50)
    capabilities = forms.MultipleChoiceField(
        label="权限", choices=list(CAPABILITIES.items()), widget=forms.CheckboxSelectMultiple
    )


class NewRoleForm(RoleForm):
    """A role that is to be defined."""

    code = forms.SlugField(label="代号", max_length=40, help_text="小写字母、数字和连字符，以后不能修改")
    field_order = ("name", "code", "capabilities")
