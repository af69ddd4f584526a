"""The form of a correction: every field with what was found, how, and how sure; a block may be pointed at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django import forms

from rongshu.console.forms import ConsoleForm
from rongshu.intake.actions.correct_article import Said
from rongshu.intake.doubts import FIELD_NAMES
from rongshu.intake.models import IntakeArticle

TYPED: Final = (
    "title", "subtitle", "published_at", "source", "author", "document_number", "index_number",
)  # fmt: skip
_LONGEST: Final = {"title": 200, "subtitle": 200, "source": 100, "author": 50}
_FOUND_BY: Final = {
    "meta": "网页自带标签",
    "meta+byline": "网页自带标签和署名行",
    "label": "标注的项",
    "element-table": "要素表",
    "list": "旧站列表",
    "data": "旧站接口的数据",
    "heading-score": "标题特征",
    "title-tag": "窗口标题",
    "near-title": "标题附近的日期",
    "signature": "落款",
    "url": "网址中的日期",
    "date-box": "日期框",
    "body-head": "正文开头",
    "title": "标题中",
    "container": "正文容器",
    "density": "文字密度",
    "beside-title": "标题旁",
    "breadcrumb": "当前位置",
    "breadcrumb-class": "导航条",
    "template-rule": "模板规则",
    "dash-line": "破折号行",
    "class": "样式名",
    "person": "人工更正",
}


def found_by_text(how: str) -> str:
    """Return how a field was found, in words."""
    name, plus, _ = how.partition("+template")
    return f"{_FOUND_BY.get(name, name)}{'，模板印证' if plus else ''}"


@dataclass(frozen=True)
class Finding:
    """What was found of a field, as the form shows it beside the field."""

    label: str
    how: str
    percent: int | None
    is_doubtful: bool


class CorrectionForm(ConsoleForm):
    """What a person says the fields are; only what he changed of what he was shown is a correction.

    What was shown comes back with the form: somebody else may have corrected the page meanwhile.
    """

    title = forms.CharField(label="标题", required=False, max_length=200)
    subtitle = forms.CharField(label="副标题", required=False, max_length=200)
    published_at = forms.CharField(
        label="发布时间",
        required=False,
        max_length=16,
        help_text="写成 2021-03-05 09:30；没有时刻的只写日期。",
    )
    source = forms.CharField(label="来源", required=False, max_length=100)
    author = forms.CharField(label="作者", required=False, max_length=50)
    document_number = forms.CharField(label="发文字号", required=False, max_length=60)
    index_number = forms.CharField(label="索引号", required=False, max_length=60)
    body_block = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    # The same by keyboard, and without scripts.
    body_choice = forms.IntegerField(label="正文所在的区域", required=False, min_value=0)

    def __init__(self, article: IntakeArticle, *args: Any) -> None:
        self.article = article
        initial = {name: article.extracted.get(name) or "" for name in TYPED}
        super().__init__(*args, initial=initial)
        for name in TYPED:
            block = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
            self.fields[f"{name}_block"] = block

    def rows(self) -> list[tuple[forms.BoundField, Finding, forms.BoundField, str]]:
        """Return each typed field, how it was found, the block that may be pointed at, and what was found."""
        return [(self[name], self._finding(name), self[f"{name}_block"], self._found(name)) for name in TYPED]

    def body_finding(self) -> Finding:
        """Return what was found of the body."""
        return self._finding("body")

    def _finding(self, name: str) -> Finding:
        found = self.article.extracted
        sure = (found.get("confidence") or {}).get(name)
        doubts = {f"{name}-missing", f"{name}-unsure"}
        return Finding(
            FIELD_NAMES[name],
            found_by_text((found.get("found_by") or {}).get(name, "")),
            round(100 * sure) if sure is not None else None,
            not doubts.isdisjoint(self.article.doubts),
        )

    def said(self) -> list[Said]:
        """Return what differs from what was found, and the body where one was pointed at."""
        cleaned = self.cleaned_data
        said = [
            Said(name, cleaned[name], cleaned.get(f"{name}_block"))
            for name in TYPED
            if cleaned.get(name) and cleaned[name] != self._shown(name)
        ]
        pointed = [cleaned.get(name) for name in ("body_block", "body_choice")]
        if body := [one for one in pointed if one is not None]:
            said.append(Said("body", "", body[0]))
        return said

    def _found(self, name: str) -> str:
        return str(self.article.extracted.get(name) or "")

    def _shown(self, name: str) -> str:
        return str(self.data.get(f"was-{name}", self._found(name))).strip()

    def _refuse_what_others_changed(self, cleaned: dict[str, Any]) -> None:
        for name in TYPED:
            was_changed = cleaned.get(name) and cleaned[name] not in {self._shown(name), self._found(name)}
            if was_changed and self._shown(name) != self._found(name):
                said = self._found(name) or "空"
                self.add_error(name, f"您打开网页之后，这一项已由他人更正为“{said}”，请核对后再提交。")

    def clean(self) -> dict[str, Any]:
        """Refuse a form that says nothing new, and one that would undo what another person said meanwhile."""
        cleaned = super().clean() or self.cleaned_data
        self._refuse_what_others_changed(cleaned)
        if not self.errors and not self.said():
            raise forms.ValidationError("还没有更正任何一项：请修改文字，或在网页中选取。")
        return cleaned
