"""The form of a resource type: one shown element per definition of its schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from rongshu.foundation.errors import RongshuError
from rongshu.library.gate.schemas import FieldRule, TypeSchema
from rongshu.newsroom.form_values import rules_in_form
from rongshu.newsroom.models.drafting import DraftFile

# Stand above the text, not among the elements.
IN_THE_MIDDLE: Final = ("Title", "SubTitle")
_LONG: Final = 120
_MANY: Final = 12
_HINTS: Final = {
    "Title": "不超过 200 字；写清谁、做什么。",
    "Description": "不超过 500 字；主动公开的内容必须填写。",
    "Keywords": "用顿号或逗号分开，每个不超过 30 字。",
    "PubDate": "不填则以首次审批通过的时间为准；转载、补录时填写原发布时间。",
    "MapNo": "含地图的内容须标注审图号。",
    "PolicyRef": "被解读的政策文件；点“选择”查找。",
}
_KINDS: Final = {
    "html": "lines", "date": "date", "datetime": "moment", "number": "number", "boolean": "boolean",
    "url": "url", "reference": "reference", "file": "picture",
}  # fmt: skip


@dataclass(frozen=True)
class Option:
    """One value a person may choose."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class ShownElement:
    """One element as the form shows it; `rows` holds the nested elements of each item of a list."""

    name: str
    label: str
    kind: str
    value: str = ""
    options: Sequence[Option] = ()
    is_required: bool = False
    condition: str = ""
    limit: int | None = None
    error: str = ""
    hint: str = ""
    rows: Sequence[Sequence[ShownElement]] = ()
    is_nested: bool = False

    @property
    def id(self) -> str:
        """The id of its control."""
        return "el-" + self.name.replace(".", "-")


@dataclass(frozen=True)
class ElementSet:
    """The elements of one metadata set, under its heading."""

    name: str
    elements: list[ShownElement] = field(default_factory=list)
    is_open: bool = True


def element_sets(
    schema: TypeSchema, values: Mapping[str, Any], errors: Mapping[str, str], pictures: Iterable[DraftFile]
) -> list[ElementSet]:
    """Return the elements of a type by metadata set, the middle ones left out."""
    files = [file for file in pictures if file.role == DraftFile.Role.IMAGE]
    sets: dict[str, ElementSet] = {}
    for rule in rules_in_form(schema):
        if rule.name in IN_THE_MIDDLE:
            continue
        found = sets.setdefault(rule.element_set, ElementSet(rule.element_set))
        found.elements.append(shown_element(rule, values.get(rule.name), errors, schema, files))
    return list(sets.values())


def middle_elements(
    schema: TypeSchema, values: Mapping[str, Any], errors: Mapping[str, str]
) -> list[ShownElement]:
    """Return title and subtitle."""
    rules = (schema.rule(name) for name in IN_THE_MIDDLE)
    return [shown_element(rule, values.get(rule.name), errors, schema, ()) for rule in rules if rule]


def shown_element(
    rule: FieldRule,
    value: Any,
    errors: Mapping[str, str],
    schema: TypeSchema | None = None,
    pictures: Sequence[DraftFile] = (),
    *,
    name: str = "",
) -> ShownElement:
    """Return one element with its value and what is wrong with it."""
    kind = _kind(rule)
    return ShownElement(
        name=name or rule.name,
        label=rule.name_cn,
        kind=kind,
        value=_text(value) if kind not in {"rows", "choices"} else "",
        options=_options(rule, kind, value, pictures),
        is_required=rule.obligation == "M",
        condition=_condition(rule, schema),
        limit=rule.length if kind in {"text", "lines"} else None,
        error=errors.get(name or rule.name, ""),
        hint="" if name else _HINTS.get(rule.name, ""),
        rows=_rows(rule, value, errors) if kind == "rows" else (),
        is_nested=bool(name),
    )


def blank_row(rule: FieldRule, index: int) -> list[ShownElement]:
    """Return one more item of a list, empty."""
    return [shown_element(field, None, {}, name=f"{rule.name}.{index}.{field.name}") for field in rule.fields]


def _kind(rule: FieldRule) -> str:
    if rule.name == "Image":
        return "picture"
    if rule.name in IN_THE_MIDDLE:
        return "text"
    if rule.data_type == "array":
        return "rows" if rule.fields else "choices" if rule.domain else "list"
    if rule.domain:
        return "select"
    return _KINDS.get(rule.data_type) or ("lines" if (rule.length or 0) > _LONG else "text")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "、".join(str(item) for item in value)
    return "" if value is None else str(value)


def _options(rule: FieldRule, kind: str, value: Any, pictures: Sequence[DraftFile]) -> list[Option]:
    if kind == "picture":
        return _picture_options(value, pictures)
    chosen = set(map(str, value)) if isinstance(value, list | tuple) else {_text(value)}
    return [Option(code, label, code in chosen) for code, label in (rule.domain or {}).items()]


def _picture_options(value: Any, pictures: Sequence[DraftFile]) -> list[Option]:
    given = _text(value)
    options = [
        Option(f"attachment:{file.digest}", file.name, f"attachment:{file.digest}" == given)
        for file in pictures
    ]
    if given and not any(option.is_chosen for option in options):
        options.append(Option(given, given[:60], True))
    return options


def _condition(rule: FieldRule, schema: TypeSchema | None) -> str:
    condition = rule.condition
    if rule.obligation != "C" or not condition or schema is None or "without" in condition:
        return ""
    other = schema.rule(condition["element"])
    if other is None:
        return ""
    labels = [(other.domain or {}).get(code, "是" if code is True else str(code)) for code in condition["in"]]
    return f"“{other.name_cn}”为“{'、'.join(labels)}”时必填"


def _rows(rule: FieldRule, value: Any, errors: Mapping[str, str]) -> list[list[ShownElement]]:
    items = [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
    rows = [
        [
            shown_element(field, item.get(field.name), {}, name=f"{rule.name}.{index}.{field.name}")
            for field in rule.fields
        ]
        for index, item in enumerate(items)
    ]
    return [*rows, blank_row(rule, len(items))]


def errors_of(complaints: Iterable[RongshuError]) -> dict[str, str]:
    """Return what is wrong by element; what belongs to no element stands under ""."""
    found: dict[str, str] = {}
    for complaint in complaints:
        if complaint.fields:
            found |= complaint.fields
        else:
            found[""] = complaint.message
    return found


def labelled(schema: TypeSchema, errors: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return the summary of errors: id to jump to, label, what is wrong."""
    rules = {rule.name: rule for rule in schema.fields}
    summary = []
    for name, wrong in errors.items():
        rule = rules.get(name.partition(".")[0])
        place = "body" if name == "Content" else "el-" + name.partition(".")[0]
        summary.append((place, rule.name_cn if rule else "", wrong))
    return summary
