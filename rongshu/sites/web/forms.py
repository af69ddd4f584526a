"""Forms about sites, their lives, columns and placements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from rongshu.console.fields import OrganizationField
from rongshu.console.forms import ConsoleForm
from rongshu.library.queries.language_names import LANGUAGE_NAMES
from rongshu.sites.column_elements import LIST_TEMPLATES
from rongshu.sites.models import Column, Site
from rongshu.sites.queries.columns import ColumnNode

_LIST_TEMPLATES = {
    "titles": "标题列表",
    "summaries": "标题与摘要",
    "pictures": "图片列表",
    "documents": "政策文件列表",
    "people": "人员",
    "institutions": "机构",
}
_TEXT_AREA = forms.Textarea({"rows": 4})
_MOMENT = {"type": "datetime-local", "step": "60"}
_MOMENT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]


def moment_field(label: str, *, required: bool = False, help_text: str = "") -> forms.DateTimeField:
    """Return a field for a moment to the minute."""
    widget = forms.DateTimeInput(_MOMENT, "%Y-%m-%dT%H:%M")
    return forms.DateTimeField(
        label=label, required=required, help_text=help_text, widget=widget, input_formats=_MOMENT_FORMATS
    )


class SiteForm(ConsoleForm):
    """The elements of a site (metadata.md 7.4)."""

    name = forms.CharField(label="网站名称", max_length=100)
    name_en = forms.CharField(label="英文名称", max_length=100, required=False)
    domain = forms.CharField(label="网站域名", max_length=253, help_text="例如 www.shifan.gov.cn")
    domain_cn = forms.CharField(label="中文域名", max_length=100, required=False)
    base_url = forms.CharField(
        label="基准网址",
        max_length=300,
        required=False,
        help_text="http(s)://主机，不带路径；留空则取自网站域名",
    )
    type = forms.ChoiceField(label="网站类型", choices=Site.Type.choices)
    admin_level = forms.ChoiceField(label="层级", choices=Site.AdminLevel.choices)
    identification_code = forms.CharField(
        label="网站标识码", max_length=10, required=False, help_text="10 位数字，或 bm 加 8 位数字"
    )
    approval_document = forms.CharField(label="开办批准文件", max_length=200, required=False)
    party_gov_mark = forms.CharField(label="党政机关网站标识", max_length=300, required=False)
    icp_number = forms.CharField(label="ICP备案编号", max_length=60, required=False)
    police_number = forms.CharField(label="公安备案编号", max_length=60, required=False)
    security_test = forms.CharField(
        label="上线前安全检测", max_length=200, required=False, help_text="检测报告的名称或编号"
    )
    contact = forms.CharField(label="联系方式", max_length=200, required=False)
    address = forms.CharField(label="联系地址", max_length=200, required=False)
    operator = forms.CharField(label="承办单位", max_length=100, required=False)
    language = forms.ChoiceField(label="语言", choices=list(LANGUAGE_NAMES.items()), initial="zh-Hans")
    has_ipv6 = forms.BooleanField(label="支持 IPv6", required=False)
    is_accessible = forms.BooleanField(label="无障碍", required=False)
    single_site_waiver = forms.CharField(
        label="一单位一网站例外依据", max_length=200, required=False, help_text="单位已有网站时须填写"
    )
    allowed_outbound_hosts = forms.CharField(
        label="外链白名单", required=False, widget=_TEXT_AREA, help_text="每行一个主机名"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = self.initial.get("language") or "zh-Hans"
        if present not in LANGUAGE_NAMES:  # set by a site file
            choices = [(present, present), *LANGUAGE_NAMES.items()]
            self.fields["language"].choices = choices  # type: ignore[attr-defined]

    def clean_allowed_outbound_hosts(self) -> list[str]:
        """Return the hosts, one a line."""
        return [
            line.strip() for line in self.cleaned_data["allowed_outbound_hosts"].splitlines() if line.strip()
        ]

    @classmethod
    def of(cls, site: Site) -> dict[str, Any]:
        """Return what the form begins with."""
        values = {name: getattr(site, name) for name in cls.base_fields}
        return {**values, "allowed_outbound_hosts": "\n".join(map(str, site.allowed_outbound_hosts))}


class NewSiteForm(ConsoleForm):
    """What is needed to begin with a site; the wizard asks for the rest."""

    name = forms.CharField(label="网站名称", max_length=100)
    slug = forms.CharField(
        label="站点代号",
        max_length=40,
        help_text="2–40 个小写字母、数字或连字符；用于地址和命令，以后不能修改",
    )
    sponsor = OrganizationField(label="主办单位")
    type = forms.ChoiceField(label="网站类型", choices=Site.Type.choices)
    admin_level = forms.ChoiceField(label="层级", choices=Site.AdminLevel.choices)
    domain = forms.CharField(label="网站域名", max_length=253, help_text="例如 www.shifan.gov.cn")
    single_site_waiver = forms.CharField(
        label="一单位一网站例外依据", max_length=200, required=False, help_text="单位已有网站时须填写"
    )


class OfflineForm(ConsoleForm):
    """Taking a site offline for a while."""

    reason = forms.CharField(label="事由", max_length=300)
    document = forms.CharField(label="批准文件", max_length=200, required=False)
    until = moment_field("恢复时间", required=True, help_text="最长 30 天，到时自动恢复")
    notice = forms.CharField(label="公告", widget=_TEXT_AREA, help_text="访问者在每个页面看到的全文")


class ClosingForm(ConsoleForm):
    """Announcing that a site closes."""

    reason = forms.CharField(label="事由", max_length=300)
    document = forms.CharField(label="批准文件", max_length=200, required=False)
    closes_at = moment_field("关停时间", required=True, help_text="公告至少公示 30 天")
    successor_url = forms.CharField(label="承接网址", max_length=300, required=False)
    notice = forms.CharField(label="公告", widget=_TEXT_AREA)


class ReasonForm(ConsoleForm):
    """Why something is done."""

    reason = forms.CharField(label="事由", max_length=200, help_text="将写入审计记录")


class DocumentForm(ConsoleForm):
    """The paper by which a step is approved."""

    document = forms.CharField(label="批准文件", max_length=200, required=False)


class ColumnForm(ConsoleForm):
    """The elements of a column."""

    name = forms.CharField(label="栏目名称", max_length=60)
    type = forms.CharField(label="栏目类别", max_length=60, help_text="例如 工作动态、通知公告、政策文件")
    description = forms.CharField(label="栏目描述", max_length=300)
    keywords = forms.CharField(label="栏目关键词", max_length=200)
    update_class = forms.ChoiceField(label="更新类别", choices=Column.UpdateClass.choices)
    max_idle_days = forms.IntegerField(label="最长不更新天数", min_value=1, max_value=3660)
    list_template = forms.ChoiceField(
        label="列表模板", choices=[(code, _LIST_TEMPLATES.get(code, code)) for code in sorted(LIST_TEMPLATES)]
    )
    page_size = forms.IntegerField(label="每页条数", min_value=5, max_value=200)
    disclosure_code = forms.CharField(label="信息公开目录代码", max_length=40, required=False)
    show_in_navigation = forms.BooleanField(label="在导航显示", required=False)
    hold_updates = forms.BooleanField(
        label="更新须本栏目确认", required=False, help_text="勾选后，内容的新版本由本栏目审核人确认才显示"
    )
    status = forms.ChoiceField(
        label="状态", choices=[one for one in Column.Status.choices if one[0] != Column.Status.CLOSED]
    )

    @classmethod
    def of(cls, column: Column) -> dict[str, Any]:
        """Return what the form begins with."""
        return {name: getattr(column, name) for name in cls.base_fields}


class NewColumnForm(ConsoleForm):
    """A column that is to be made; the rest of its elements follow its class."""

    name = forms.CharField(label="栏目名称", max_length=60)
    slug = forms.CharField(
        label="栏目代号", max_length=60, help_text="小写字母、数字或连字符，用于网址，例如 tzgg"
    )
    parent = forms.ChoiceField(label="上级栏目", required=False)
    type = forms.CharField(label="栏目类别", max_length=60, help_text="例如 工作动态、通知公告、政策文件")
    update_class = forms.ChoiceField(label="更新类别", choices=Column.UpdateClass.choices)
    show_in_navigation = forms.BooleanField(label="在导航显示", required=False)

    def __init__(self, *args: Any, tree: Iterable[ColumnNode] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "parent", [("", "（一级栏目）"), *column_choices(tree)])


class MoveColumnForm(ConsoleForm):
    """Where a column is to stand."""

    parent = forms.ChoiceField(label="上级栏目", required=False)
    slug = forms.CharField(label="栏目代号", max_length=60, help_text="改变代号会改变栏目网址，文章网址不变")

    def __init__(self, *args: Any, tree: Iterable[ColumnNode] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "parent", [("", "（一级栏目）"), *column_choices(tree)])


class PlacementForm(ConsoleForm):
    """How a resource stands in a column."""

    display_title = forms.CharField(
        label="显示标题", max_length=200, required=False, help_text="只在本栏目使用；留空则用原标题"
    )
    pin = forms.TypedChoiceField(
        label="置顶",
        coerce=int,
        choices=[(0, "不置顶"), *((number, f"{number} 级") for number in range(1, 10))],
        help_text="级别高的在前",
    )
    visible_from = moment_field("显示起", help_text="留空则审核通过即显示")
    visible_until = moment_field("显示止", help_text="留空则一直显示")


class MoveToForm(ConsoleForm):
    """The column something is to be moved to."""

    column = forms.ChoiceField(label="目标栏目")

    def __init__(self, *args: Any, tree: Iterable[ColumnNode] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "column", column_choices(tree))


class VerificationFileForm(ConsoleForm):
    """A file that a registrar or search engine asks for."""

    name = forms.CharField(
        label="文件名", max_length=100, help_text="字母、数字加 .txt、.html、.xml 或 .json"
    )
    content = forms.CharField(label="内容", widget=_TEXT_AREA, strip=False)


class LegacyAddressForm(ConsoleForm):
    """An old address and where it leads."""

    url = forms.CharField(
        label="旧网址", max_length=2100, help_text="完整网址，例如 http://www.old.example/a.asp?id=3"
    )
    target = forms.ChoiceField(
        label="去向", choices=[("column", "栏目"), ("home", "首页"), ("gone", "已不存在（410）")]
    )
    column = forms.ChoiceField(label="栏目", required=False)
    gone_reason = forms.CharField(label="不存在的原因", max_length=200, required=False)

    def __init__(self, *args: Any, tree: Iterable[ColumnNode] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "column", [("", "（不选）"), *column_choices(tree)])

    def clean(self) -> dict[str, Any]:
        """A target names what it leads to."""
        given = super().clean() or self.cleaned_data
        if given.get("target") == "column" and not given.get("column"):
            self.add_error("column", "请选择栏目")
        if given.get("target") == "gone" and not given.get("gone_reason"):
            self.add_error("gone_reason", "请填写原因")
        return given


def column_choices(tree: Iterable[ColumnNode], depth: int = 0) -> list[tuple[str, str]]:
    """Return the columns of a tree as choices, indented by their depth."""
    found: list[tuple[str, str]] = []
    for node in tree:
        found.append((str(node.column.id), f"{'　' * depth}{node.column.name}"))
        found += column_choices(node.children, depth + 1)
    return found


def _choose(form: forms.Form, name: str, choices: Iterable[tuple[str, str]]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = list(choices)
