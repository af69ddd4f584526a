"""Forms of tasks: the source, and what its fields mean, element by element."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import yaml
from django import forms

from rongshu.accounts.viewers import Viewer
from rongshu.console.forms import ConsoleForm
from rongshu.foundation.errors import InvalidInput
from rongshu.intake.mapping.reading import NOT_TAKEN, NUMBER_ELEMENT, WAYS
from rongshu.intake.models import IntakeTask
from rongshu.intake.queries.tasks import sites_for_tasks
from rongshu.intake.sources import source_kinds
from rongshu.intake.sources.kinds import CRAWL
from rongshu.library.queries.schemas import schema_of

_LONGEST: Final = 100_000
_CODE: Final[dict[str, Any]] = {"spellcheck": "false"}
_NEEDED: Final = frozenset({"Title", "PubDate"})
_IN_ROWS: Final = ("field", "as", "default")


@dataclass(frozen=True, slots=True)
class ElementRow:
    """An element a record can bring, as the table of the mapping shows it."""

    name: str
    name_cn: str
    length: int | None
    # Whether nobody else fills it: the platform has something to put for the other mandatory ones.
    is_needed: bool


def read_yaml(text: str, place: str) -> dict[str, Any]:
    """Return what a text box says; raise `InvalidInput` at its field."""
    try:
        found = yaml.safe_load(text) if text.strip() else {}
    except (yaml.YAMLError, RecursionError) as error:
        raise InvalidInput("写法有误，应为 YAML：名称: 值。", fields={place: "不是有效的 YAML"}) from error
    if not isinstance(found, dict):
        raise InvalidInput("应为“名称: 值”的形式。", fields={place: "应为“名称: 值”的形式"})
    return found


def write_yaml(given: Mapping[str, Any]) -> str:
    """Return a text box's text."""
    return yaml.safe_dump(dict(given), allow_unicode=True, sort_keys=False, width=100) if given else ""


class SourceForm(ConsoleForm):
    """A task's name and source."""

    name = forms.CharField(label="任务名称", max_length=60)
    site = forms.ChoiceField(label="目标站点")
    kind = forms.ChoiceField(label="来源方式")
    file = forms.FileField(
        label="文件", required=False, help_text="来源方式为“文件”时上传：XML、Excel、CSV、JSON、JSON 行"
    )
    settings = forms.CharField(
        label="来源设置", required=False, max_length=_LONGEST, widget=forms.Textarea(_CODE | {"rows": 8}),
        help_text="每行“名称: 值”，例如 url: https://old.example.gov.cn/list?page={page}；各来源方式的设置见使用手册",
    )  # fmt: skip

    def __init__(self, viewer: Viewer, *args: Any, task: IntakeTask | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sites = {str(site.pk): site for site in sites_for_tasks(viewer)}
        choice(self, "site").choices = [(pk, site.name) for pk, site in self._sites.items()]
        choice(self, "kind").choices = [(kind.code, kind.label) for kind in source_kinds()]
        if task is not None:
            del self.fields["site"]
            kept = {name: value for name, value in task.settings.items() if name != "path"}
            self.initial = {"name": task.name, "kind": task.kind, "settings": write_yaml(kept)}

    def chosen_site(self) -> Any:
        """Return the site that was chosen among the viewer's."""
        return self._sites[self.cleaned_data["site"]]


class MappingForm(ConsoleForm):
    """One row per element: field, conversion, what stands in for nothing. The rest stays as YAML."""

    type = forms.ChoiceField(label="资源类型")
    column_field = forms.ChoiceField(label="栏目取自", required=False)
    column_values = forms.CharField(
        label="栏目对应", required=False, max_length=_LONGEST, widget=forms.Textarea(_CODE | {"rows": 4}),
        help_text="每行“来源栏目: 本站栏目路径”，不迁移的写“不迁移”；没有列出的按名称对应，没有的新建",
    )  # fmt: skip
    address = forms.CharField(
        label="旧网址", required=False, max_length=500,
        help_text="字段名，或含字段的地址，如 https://old.example.gov.cn/art/{id}.html；旧网址会跳转到新文章",
    )  # fmt: skip
    base = forms.CharField(
        label="相对地址的起点", required=False, max_length=500, help_text="如 https://old.example.gov.cn/"
    )
    rest = forms.CharField(
        label="其余设置", required=False, max_length=_LONGEST, widget=forms.Textarea(_CODE | {"rows": 8}),
        help_text="YAML：附件 files、不迁移的记录 skip、日期格式和代码表（写在 fields 的要素下）等",
    )  # fmt: skip

    def __init__(
        self, *args: Any, names: Sequence[str], mapping: Mapping[str, Any], types: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self._names = list(dict.fromkeys([*names, *_fields_named(mapping)]))
        self.elements = _elements(str(mapping.get("type") or "article"))
        choice(self, "type").choices = list(types)
        choice(self, "column_field").choices = self._choices()
        for one in self.elements:
            self._add_row(one)
        self.initial = self._initial(mapping)

    def rows(self) -> list[tuple[ElementRow, Any, Any, Any]]:
        """Return the elements with their three fields, for the table."""
        return [
            (one, self[f"field-{one.name}"], self[f"as-{one.name}"], self[f"default-{one.name}"])
            for one in self.elements
        ]

    def said(self) -> dict[str, Any]:
        """Return the mapping as a file would say it."""
        given = self.cleaned_data
        rest = read_yaml(given["rest"], "rest")
        column = {**_as_rule(rest.pop("column", None)), "field": given["column_field"]}
        if values := read_yaml(given["column_values"], "column_values"):
            column["values"] = {str(old): str(to) for old, to in values.items()}
        address = given["address"].strip()
        found = {
            "type": given["type"],
            "fields": self._rules(rest.pop("fields", None) or {}),
            "column": column if given["column_field"] else None,
            "address": ({"template": address} if "{" in address else address) or None,
            "base": given["base"].strip() or None,
        }
        return {name: value for name, value in found.items() if value} | rest

    def _rules(self, beside: Mapping[str, Any]) -> dict[str, Any]:
        rules: dict[str, Any] = {}
        for one in self.elements:
            row = {part: self.cleaned_data[f"{part}-{one.name}"] for part in _IN_ROWS}
            own = {**_as_rule(beside.get(one.name)), **{part: value for part, value in row.items() if value}}
            if own.get("field") or own.get("constant") not in (None, "") or own.get("template"):
                rules[one.name] = own["field"] if set(own) == {"field"} else own
        return rules | {
            name: rule for name, rule in beside.items() if name not in {one.name for one in self.elements}
        }

    def _add_row(self, one: ElementRow) -> None:
        plain = {"aria-label": f"{one.name_cn}的字段", "class": "form-select form-select-sm"}
        self.fields[f"field-{one.name}"] = forms.ChoiceField(
            label=f"{one.name_cn}的字段", required=False, choices=self._choices(), widget=forms.Select(plain)
        )
        way = {"aria-label": f"{one.name_cn}的转换", "class": "form-select form-select-sm"}
        self.fields[f"as-{one.name}"] = forms.ChoiceField(
            label=f"{one.name_cn}的转换", required=False, choices=list(WAYS.items()), widget=forms.Select(way)
        )
        default = {"aria-label": f"{one.name_cn}为空时", "class": "form-control form-control-sm"}
        self.fields[f"default-{one.name}"] = forms.CharField(
            label=f"{one.name_cn}为空时", required=False, max_length=300, widget=forms.TextInput(default)
        )

    def _choices(self) -> list[tuple[str, str]]:
        return [("", "—"), *((name, name) for name in self._names)]

    def _initial(self, mapping: Mapping[str, Any]) -> dict[str, Any]:
        rest = {name: value for name, value in mapping.items() if name not in {"type", "base"}}
        column = _as_rule(rest.pop("column", None))
        found: dict[str, Any] = {
            "type": mapping.get("type") or "article",
            "base": mapping.get("base") or "",
            "column_field": column.pop("field", ""),
            "column_values": write_yaml(column.pop("values", {}) or {}),
            "address": _plain_address(rest),
        }  # fmt: skip
        beside: dict[str, Any] = {}
        for name, rule in (rest.pop("fields", None) or {}).items():
            own = _as_rule(rule)
            found |= {f"{part}-{name}": own.pop(part) for part in _IN_ROWS if part in own}
            if own:
                beside[name] = own
        rest = {**({"fields": beside} if beside else {}), **({"column": column} if column else {}), **rest}
        return found | {"rest": write_yaml(rest)}


def _plain_address(rest: dict[str, Any]) -> str:
    """Take out of the rest the rule of addresses where one line says it."""
    address = _as_rule(rest.get("address"))
    if len(address) != 1 or set(address) - {"field", "template"}:
        return ""
    del rest["address"]
    return str(next(iter(address.values())))


def element_names(type_code: str) -> dict[str, str]:
    """Return the Chinese names of a type's elements."""
    return {rule.name: rule.name_cn for rule in schema_of(type_code).fields}


def choice(form: forms.Form, name: str) -> Any:
    """Return a field whose choices are set when the form is made."""
    return form.fields[name]


def initial_mapping(names: Sequence[str]) -> dict[str, Any]:
    """Propose a first mapping by names that systems commonly give their fields."""
    known = {name.lower().rpartition(".")[2]: name for name in reversed(names)}
    fields = {
        element: known[likely]
        for element, likelies in _LIKELY.items()
        if (likely := next((one for one in likelies if one in known), None))
    }
    return {"type": "article", "fields": fields} if fields else {}


_LIKELY: Final[Mapping[str, Sequence[str]]] = {
    "Title": ("title", "标题", "docti", "name", "subject", "文章标题"),
    "Content": ("body_html", "content", "body", "正文", "内容", "dochtmlcon", "html", "info_content"),
    "PubDate": (
        "published_at", "pubdate", "pubtime", "publish_time", "发布时间", "发布日期", "created", "docpubtime",
        "date",
    ),
    "ContentSource": ("source", "来源", "docsourcename", "from"),
    "Author": ("author", "作者", "docauthor"),
    "SubTitle": ("subtitle", "副标题"),
    "Keywords": ("keywords", "关键词", "dockeywords"),
    "Description": ("description", "summary", "摘要", "docabstract"),
}  # fmt: skip


def _elements(type_code: str) -> list[ElementRow]:
    """Return the elements a record can bring, the mandatory ones and the body first."""
    taken = [
        ElementRow(rule.name, rule.name_cn, rule.length, rule.name in _NEEDED)
        for rule in schema_of(type_code).fields
        if rule.name not in NOT_TAKEN and (not rule.is_assigned or rule.name == NUMBER_ELEMENT)
    ]
    first = ("Title", "Content", "PubDate", "ContentSource")
    return sorted(
        taken,
        key=lambda rule: (
            first.index(rule.name) if rule.name in first else len(first),
            not rule.is_needed,
        ),
    )


def _fields_named(mapping: Mapping[str, Any]) -> list[str]:
    rules = [*(mapping.get("fields") or {}).values(), mapping.get("column")]
    return [str(field) for rule in rules if (field := _as_rule(rule).get("field"))]


def _as_rule(rule: Any) -> dict[str, Any]:
    return {"field": rule} if isinstance(rule, str) else dict(rule or {})


def kind_is_crawl(kind: str) -> bool:
    """Whether a way to collect has columns to map and no fields."""
    return kind == CRAWL
