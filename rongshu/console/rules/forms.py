"""The form of a rule's value: a field for each of its parts, of the kind it has now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms

from rongshu.console.fields import OrganizationField
from rongshu.console.forms import ConsoleForm
from rongshu.console.rules.words import DURATION, UNITS, key_in_words
from rongshu.foundation import clock

_PART: Final = "part_"
_PLAIN: Final = f"{_PART}value"
_LONGEST: Final = 100


class DurationWidget(forms.MultiWidget):
    """A number and its unit."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        number = forms.NumberInput({"min": "0", "class": "form-control duration-number"})
        unit = forms.Select({"class": "form-select duration-unit", "aria-label": "单位"}, list(UNITS.items()))
        super().__init__([number, unit], attrs)

    def id_for_label(self, id_: str) -> str:
        """The label belongs to the number; the unit names itself."""
        return f"{id_}_0"

    def decompress(self, value: str | None) -> list[str | None]:
        """Take "20wd" apart."""
        found = DURATION.fullmatch(value or "")
        return [found["number"], found["unit"]] if found else [None, None]


class DurationField(forms.MultiValueField):
    """A length of time as rules write it: "20wd"."""

    def __init__(self, **kwargs: Any) -> None:
        number = forms.IntegerField(min_value=0, max_value=999_999)
        unit = forms.ChoiceField(choices=list(UNITS.items()))
        super().__init__([number, unit], widget=DurationWidget(), require_all_fields=True, **kwargs)

    def compress(self, parts: list[Any]) -> str:
        """Write it as rules do."""
        return f"{parts[0]}{parts[1]}" if parts else ""


def _day() -> forms.Field:
    return forms.DateField(
        label="起效日期", initial=clock.today, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text="此前的日子仍用原来的取值",
    )  # fmt: skip


def _source() -> forms.Field:
    return forms.CharField(label="依据", max_length=300, help_text="文件名称、文号和条款；写入审计记录")


class RuleForm(ConsoleForm):
    """A new value from a day on, for everyone or one unit, with its source."""

    def __init__(self, *args: Any, present: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._present = present
        parts = present if isinstance(present, Mapping) else {"value": present}
        for key, value in parts.items():
            self.fields[f"{_PART}{key}"] = _field(key_in_words(key) if key != "value" else "取值", value)
        self.fields["on"] = _day()
        self.fields["source"] = _source()
        self.fields["organization"] = OrganizationField(
            label="只对一个机构", required=False, help_text="留空则对全平台；填写名称或统一社会信用代码"
        )
        for name in ("on", "source", "organization"):
            self.fields[name].widget.attrs.setdefault("class", "form-control")

    def value(self) -> Any:
        """Return what was filled in, in the shape the rule has."""
        filled = self.cleaned_data
        if not isinstance(self._present, Mapping):
            return filled[_PLAIN]
        return {key: filled[f"{_PART}{key}"] for key in self._present}


class InheritForm(ConsoleForm):
    """From which day, and by which source, a unit follows everyone's value again."""

    on = _day()
    source = _source()


def _field(label: str, value: Any) -> forms.Field:
    control = {"class": "form-control"}
    if isinstance(value, bool):
        check = forms.CheckboxInput({"class": "form-check-input"})
        return forms.BooleanField(label=label, initial=value, required=False, widget=check)
    if isinstance(value, int):
        return forms.IntegerField(label=label, initial=value, widget=forms.NumberInput(control))
    if isinstance(value, float):
        return forms.FloatField(
            label=label, initial=value, widget=forms.NumberInput({**control, "step": "any"})
        )
    if DURATION.fullmatch(str(value)):
        return DurationField(label=label, initial=value)
    return forms.CharField(label=label, initial=value, max_length=_LONGEST, widget=forms.TextInput(control))
