"""Forms about organisations."""

from __future__ import annotations

from typing import Any

from django import forms

from rongshu.console.fields import OrganizationField, OrganizationsField
from rongshu.console.forms import ConsoleForm
from rongshu.foundation.errors import RongshuError
from rongshu.organizations.models import Organization, Region
from rongshu.organizations.queries import region_with_code


class RegionField(forms.CharField):
    """A region in use here by its code."""

    def clean(self, value: Any) -> Region:
        """Return the region, or refuse the field."""
        try:
            return region_with_code(super().clean(value))
        except RongshuError as error:
            raise forms.ValidationError(error.message) from None


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        help_text="留空则为今天",
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )


def _document() -> forms.CharField:
    return forms.CharField(
        label="依据文件",
        required=False,
        max_length=200,
        help_text="批准此事的文件名称和文号，写入沿革和审计记录",
    )


class NewOrganizationForm(ConsoleForm):
    """An organisation that is to be created."""

    name = forms.CharField(label="名称", max_length=100, help_text="全称，与公章一致")
    short_name = forms.CharField(label="简称", required=False, max_length=50)
    credit_code = forms.CharField(
        label="统一社会信用代码", max_length=18, help_text="18 位，按 GB 32100 校验"
    )
    parent = OrganizationField(label="上级机构", required=False)
    kind = forms.ChoiceField(label="类别", choices=Organization.Kind.choices, initial="department")
    level = forms.ChoiceField(label="层级", choices=Organization.Level.choices)
    region = RegionField(label="行政区划代码", help_text="本平台已登记的区划，如 110000")


class RenameForm(ConsoleForm):
    """Another name from a day on."""

    name = forms.CharField(label="新名称", max_length=100)
    short_name = forms.CharField(label="新简称", required=False, max_length=50)
    from_day = _day("自何日起")
    document = _document()


class MoveForm(ConsoleForm):
    """Another superior."""

    parent = OrganizationField(label="新的上级机构", required=False, help_text="留空则成为最上级")
    reason = _document()


class MergeForm(ConsoleForm):
    """Into which organisation this one goes over."""

    successor = OrganizationField(label="并入哪个机构", help_text="须已建立且未撤并")
    on = _day("日期")
    document = _document()


class SplitForm(ConsoleForm):
    """Into which organisations this one goes over."""

    successors = OrganizationsField(label="拆分为哪些机构", help_text="须已建立且未撤并，每行一个")
    on = _day("日期")
    document = _document()


class AbolishForm(ConsoleForm):
    """When, and by which paper, an organisation ends."""

    on = _day("日期")
    document = _document()
