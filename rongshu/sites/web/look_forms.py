"""Forms about the blocks of a home page and about a theme's tokens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django import forms

from rongshu.console.forms import ConsoleForm
from rongshu.sites.actions.change_blocks import BlockSetting
from rongshu.sites.models import Block, Column, Site
from rongshu.sites.queries.columns import ColumnNode
from rongshu.sites.theming import DARK, SOFT

_WIDTHS: Final = (
    ("full", "整行"),
    ("three-quarters", "四分之三"),
    ("two-thirds", "三分之二"),
    ("half", "二分之一"),
    ("third", "三分之一"),
    ("quarter", "四分之一"),
)


class BlockForm(ConsoleForm):
    """One block of the home page."""

    title = forms.CharField(label="标题", max_length=60, required=False, help_text="留空则用栏目名称")
    kind = forms.ChoiceField(label="类型", choices=Block.Kind.choices)
    columns = forms.MultipleChoiceField(
        label="栏目", required=False, help_text="按住 Ctrl 可多选", widget=forms.SelectMultiple({"size": 10})
    )
    count = forms.IntegerField(label="条数", min_value=1, max_value=50, initial=6)
    width = forms.ChoiceField(label="宽度", choices=_WIDTHS)
    links = forms.CharField(
        label="链接",
        required=False,
        widget=forms.Textarea({"rows": 5}),
        help_text="每行一个：名称 | 网址。只有链接类区块使用",
    )
    is_active = forms.BooleanField(label="在首页显示", required=False, initial=True)

    def __init__(self, *args: Any, tree: Iterable[ColumnNode] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["columns"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = list(_paths(tree))

    def clean_links(self) -> list[dict[str, str]]:
        """Return the links, one a line."""
        lines = [line for line in self.cleaned_data["links"].splitlines() if line.strip()]
        pairs = [line.partition("|")[::2] for line in lines]
        if not all(name.strip() and url.strip() for name, url in pairs):
            raise forms.ValidationError("每行须写作“名称 | 网址”")
        return [{"name": name.strip(), "url": url.strip()} for name, url in pairs]

    def setting(self, options: Mapping[str, Any], key: str) -> BlockSetting:
        """Return the block as it is to be; options the form does not show stay."""
        given = self.cleaned_data
        kept = {name: value for name, value in options.items() if name not in {"links", "width"}}
        if given["links"] or "links" in options:
            kept["links"] = given["links"]
        if given["width"] != "full" or "width" in options:
            kept["width"] = given["width"]
        return BlockSetting(
            key=key or given["key"],
            kind=given["kind"],
            title=given["title"],
            columns=given["columns"],
            count=given["count"],
            options=kept,
            is_active=given["is_active"],
        )

    @classmethod
    def of(cls, block: Block) -> dict[str, Any]:
        """Return what the form begins with."""
        links = [one for one in block.options.get("links", ()) if isinstance(one, dict)]
        return {
            "title": block.title,
            "kind": block.kind,
            "columns": [column.path for column in block.columns.all()],
            "count": block.count,
            "width": block.options.get("width", "full"),
            "links": "\n".join(f"{one.get('name', '')} | {one.get('url', '')}" for one in links),
            "is_active": block.is_active,
        }


class NewBlockForm(BlockForm):
    """A block that is to be added."""

    key = forms.CharField(label="区块代号", max_length=40, help_text="小写字母、数字或连字符，以后不能修改")
    field_order = ("key", "title", "kind", "columns", "count", "width", "links", "is_active")


class ThemeForm(ConsoleForm):
    """A theme and the tokens a site sets over it; an empty one follows the theme."""

    theme = forms.ChoiceField(label="主题", choices=Site.Theme.choices)
    brand = forms.CharField(
        label=DARK["brand"], required=False, max_length=7, help_text="#rrggbb，留空随主题"
    )
    brand_deep = forms.CharField(label=DARK["brand-deep"], required=False, max_length=7)
    brand_soft = forms.CharField(label=SOFT["brand-soft"], required=False, max_length=7)
    accent = forms.CharField(label=DARK["accent"], required=False, max_length=7)
    accent_soft = forms.CharField(label=SOFT["accent-soft"], required=False, max_length=7)
    radius = forms.CharField(label="圆角", required=False, max_length=5, help_text="0px–24px")
    density = forms.CharField(label="疏密", required=False, max_length=4, help_text="0.5–2，数值大则疏")
    space = forms.CharField(label="间距", required=False, max_length=8, help_text="0.5rem–2rem")

    @property
    def tokens(self) -> dict[str, str]:
        """Return the tokens that are set."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "theme" and value}
        return {name.replace("_", "-"): str(value).strip().lower() for name, value in given.items()}

    @classmethod
    def of(cls, site: Site) -> dict[str, Any]:
        """Return what the form begins with."""
        return {"theme": site.theme} | {name.replace("-", "_"): value for name, value in site.tokens.items()}


def _paths(tree: Iterable[ColumnNode], depth: int = 0) -> Iterator[tuple[str, str]]:
    for node in tree:
        column: Column = node.column
        yield column.path, f"{'　' * depth}{column.name}"
        yield from _paths(node.children, depth + 1)
