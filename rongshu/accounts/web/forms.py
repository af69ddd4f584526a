"""The forms of sign-in, enrolment and one's own account."""

from __future__ import annotations

from typing import Any

from django import forms

from rongshu.accounts.passwords import MAX_LENGTH
from rongshu.foundation.errors import RongshuError


class PlainForm(forms.Form):
    """A form in the console's style that can show an action's refusal."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "form-control")
            field.error_messages["required"] = f"请填写{field.label}。"

    def refuse(self, error: RongshuError) -> None:
        """Put a refusal at the fields it names, else above the form."""
        at_fields = {name: problem for name, problem in error.fields.items() if name in self.fields}
        for name, problem in at_fields.items():
            self.add_error(name, problem)
        if not at_fields:
            self.add_error(None, error.message)


def _password(label: str, autocomplete: str) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=MAX_LENGTH, strip=False, widget=widget)


class SignInForm(PlainForm):
    """Name and password."""

    login_name = forms.CharField(
        label="登录名",
        max_length=100,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = _password("密码", "current-password")
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class CodeForm(PlainForm):
    """A one-time code, or a recovery code."""

    code = forms.CharField(
        label="动态口令或恢复码",
        max_length=20,
        help_text="手机验证器上的 6 位动态口令；手机不在身边时，可填 8 位恢复码。",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class NewCodeForm(CodeForm):
    """The first code of a new generator."""

    code = forms.CharField(
        label="验证器显示的 6 位动态口令",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class KeyForm(PlainForm):
    """What a key has answered."""

    credential = forms.JSONField(label="安全密钥的应答", widget=forms.HiddenInput)


class NewKeyForm(KeyForm):
    """A key with a name."""

    name = forms.CharField(label="密钥名称", max_length=40, required=False, initial="我的安全密钥")


class OwnCodeForm(NewCodeForm):
    """Another generator, after the present password."""

    present = _password("当前密码", "current-password")


class OwnKeyForm(NewKeyForm):
    """Another key, after the present password."""

    present = _password("当前密码", "current-password")
    field_order = ("present", "name", "credential")


class NewPasswordForm(PlainForm):
    """A new password, typed twice."""

    password = _password("新密码", "new-password")
    again = _password("再次输入新密码", "new-password")

    def clean(self) -> dict[str, Any]:
        """Refuse two different ones."""
        cleaned = super().clean() or {}
        if {"password", "again"} <= cleaned.keys() and cleaned["password"] != cleaned["again"]:
            self.add_error("again", "两次输入的密码不一致。")
        return cleaned


class ChangePasswordForm(NewPasswordForm):
    """The present password and a new one."""

    present = _password("当前密码", "current-password")
    field_order = ("present", "password", "again")


class ConfirmForm(PlainForm):
    """The present password, before something is changed that sign-in depends on."""

    present = _password("当前密码", "current-password")
