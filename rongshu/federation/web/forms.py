"""Forms of the federation's pages."""

from __future__ import annotations

from typing import Any

from django import forms

from rongshu.accounts.viewers import Viewer
from rongshu.console.forms import ConsoleForm
from rongshu.federation.actions.place_mandatory import MANDATORY
from rongshu.federation.models import Offer, Partner, Report
from rongshu.federation.models.partners import EVERYTHING
from rongshu.federation.queries.errands import partners_to_hand_to
from rongshu.library.models import Category, ResourceType
from rongshu.library.queries.schemas import default_standard_code
from rongshu.sites.models import Column
from rongshu.sites.queries.columns import get_column_for

_TIME = forms.TimeInput({"type": "time"}, "%H:%M")
_COLUMN_HELP = "写成 站点代号/栏目路径，例如 portal/news"


class PartnerForm(ConsoleForm):
    """How a partner is exchanged with."""

    name = forms.CharField(label="名称", max_length=100)
    pulls = forms.BooleanField(label="从它获取资源", required=False)
    gives = forms.BooleanField(label="允许它获取本节点的资源", required=False)
    relays = forms.BooleanField(
        label="把其他节点的资源转供给它",
        required=False,
        help_text="枢纽向下级转供时打开；来源节点的签名原样保留",
    )
    hints = forms.BooleanField(label="有变更时立即提示它", required=False)
    attachments = forms.ChoiceField(label="附件", choices=Partner.Attachments.choices)
    poll_seconds = forms.IntegerField(
        label="轮询间隔（秒）", help_text="对方会即时提示时，只作补漏，可以长些"
    )
    batch_size = forms.IntegerField(label="每批条数")
    rate_bytes = forms.IntegerField(label="带宽上限（字节/秒）", required=False, help_text="不填为不限")
    window_from = forms.TimeField(label="允许时段起", required=False, widget=_TIME, help_text="不填为全天")
    window_until = forms.TimeField(label="允许时段止", required=False, widget=_TIME)


class CategoriesForm(ConsoleForm):
    """Which categories."""

    categories = forms.MultipleChoiceField(
        label="类别", required=False, widget=forms.CheckboxSelectMultiple, help_text="一个都不选即全部停止"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["categories"].choices = list(category_names().items())  # type: ignore[attr-defined]


class RouteForm(ConsoleForm):
    """Which records go into which column."""

    category = forms.ChoiceField(label="类别")
    column = forms.CharField(label="进入栏目", max_length=300, help_text=_COLUMN_HELP)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [*category_names().items(), (MANDATORY, "下发（必须采用）")]
        self.fields["category"].choices = choices  # type: ignore[attr-defined]


class ReasonForm(ConsoleForm):
    """Why."""

    reason = forms.CharField(label="理由", max_length=300)


class AcceptForm(ConsoleForm):
    """Into which column."""

    column = forms.CharField(label="放入栏目", max_length=300, help_text=_COLUMN_HELP)


class HandOverForm(ConsoleForm):
    """What is handed over, and to whom."""

    partner: forms.ModelChoiceField[Partner] = forms.ModelChoiceField(
        label="交给", queryset=Partner.objects.none(), empty_label="请选择节点"
    )
    resources = forms.CharField(
        label="资源", max_length=20_000, widget=forms.Textarea({"rows": 5}),
        help_text="每行一个资源标识符、索引号或资源页面的网址，至多 200 条",
    )  # fmt: skip
    wish = forms.CharField(
        label="建议栏目", max_length=300, required=False, help_text="对方的站点代号/栏目路径，由对方决定"
    )
    note = forms.CharField(label="说明", max_length=500, required=False, widget=forms.Textarea({"rows": 2}))

    def __init__(self, viewer: Viewer, model: type[Report] | type[Offer], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = partners_to_hand_to(viewer, model)  # type: ignore[attr-defined]
        if model is Offer:
            self.fields["is_mandatory"] = forms.BooleanField(
                label="必须采用", required=False, help_text="对方不能退回"
            )


def category_names() -> dict[str, str]:
    """Return every category that can be agreed on, with its name."""
    standard = default_standard_code()
    types = ResourceType.objects.filter(standard_id=standard).order_by("position", "pk")
    themes = Category.objects.filter(scheme_id="theme", is_active=True).order_by("position", "code")
    return {
        EVERYTHING: "全部类别",
        **{f"type:{code}": f"类型：{name}" for code, name in types.values_list("code", "name_cn")},
        **{f"theme:{code}": f"主题：{name}" for code, name in themes.values_list("code", "name")},
    }


def column_named(viewer: Viewer, text: str) -> Column:
    """Return the column of "site/path"; raise `NotFound`."""
    slug, _, path = text.strip().strip("/").partition("/")
    return get_column_for(viewer, slug, path)
