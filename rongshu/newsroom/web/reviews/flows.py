"""Flows: what there is, who follows which, and defining one's own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rongshu.accounts.permissions import require
from rongshu.accounts.viewers import Viewer
from rongshu.accounts.web.requests import StaffRequest
from rongshu.console.confirming import ask_first
from rongshu.console.fields import SuggestInput
from rongshu.console.forms import ConsoleForm, answer_form
from rongshu.console.menu import may_anywhere
from rongshu.console.pages import Crumb, render_page
from rongshu.console.scope_names import place_named
from rongshu.foundation.errors import Conflict, InvalidInput, NotFound
from rongshu.foundation.guards import get_one
from rongshu.newsroom.actions.assign_flow import assign_flow, end_assignment
from rongshu.newsroom.actions.define_flow import StepSetting, define_flow, retire_flow
from rongshu.newsroom.models import Flow, FlowAssignment, FlowStep, StepKind
from rongshu.newsroom.permissions import may_keep_flows
from rongshu.newsroom.queries.assignments import assignment_for, shown_assignments
from rongshu.newsroom.queries.flows import active_flows

CRUMBS = (Crumb("审核流程", "newsroom-flows"),)
_POWERS = (
    ("review.first", "初审"), ("review.second", "复审"), ("review.final", "终审"), ("proof.read", "校对"),
    ("resource.approve", "审核签发"),
)  # fmt: skip
_STEPS = 8


class AssignForm(ConsoleForm):
    """A flow for the platform, an organisation or a column."""

    flow = forms.ChoiceField(label="流程")
    scope = forms.ChoiceField(label="范围", choices=FlowAssignment.Scope.choices)
    place = forms.CharField(
        label="机构或栏目", required=False, max_length=200, help_text="填写名称；范围为全平台时留空",
        widget=SuggestInput(reverse_lazy("console-suggest-places")),
    )  # fmt: skip
    way = forms.ChoiceField(label="适用于", choices=FlowAssignment.Way.choices)
    reason = forms.CharField(label="依据", max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["flow"].choices = [(flow.code, flow.name) for flow in active_flows()]  # type: ignore[attr-defined]


class FlowForm(ConsoleForm):
    """A flow of one's own; up to eight steps, those of the same stage side by side."""

    code = forms.SlugField(label="代号", max_length=40, help_text="小写字母、数字和连字符，以后不能修改")
    name = forms.CharField(label="名称", max_length=60)
    description = forms.CharField(label="说明", max_length=300, required=False)
    needs_escalation = forms.BooleanField(label="终审前须报保密或网信部门并登记答复", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        for place in range(1, _STEPS + 1):
            for name, step_field in _step_fields(place).items():
                self.base_fields[f"{name}_{place}"] = step_field
        super().__init__(*args, **kwargs)

    def rows(self) -> list[list[forms.BoundField]]:
        """Return the fields of each step, for the template."""
        names = ("stage", "kind", "name", "capability", "days")
        return [[self[f"{name}_{place}"] for name in names] for place in range(1, _STEPS + 1)]

    def steps(self) -> list[StepSetting]:
        """Return the steps that were filled in."""
        given = self.cleaned_data
        return [
            StepSetting(
                stage=given[f"stage_{place}"] or place, kind=given[f"kind_{place}"],
                name=given[f"name_{place}"], capability=given[f"capability_{place}"],
                days=given[f"days_{place}"] or 1,
            )
            for place in range(1, _STEPS + 1)
            if given[f"name_{place}"]
        ]  # fmt: skip


def _step_fields(place: int) -> dict[str, forms.Field]:
    return {
        "stage": forms.IntegerField(label=f"第 {place} 行次序", min_value=1, max_value=20, required=False),
        "kind": forms.ChoiceField(label=f"第 {place} 行类别", choices=StepKind.choices),
        "name": forms.CharField(label=f"第 {place} 行名称", max_length=30, required=False),
        "capability": forms.ChoiceField(label=f"第 {place} 行权限", choices=_POWERS),
        "days": forms.IntegerField(label=f"第 {place} 行时限", min_value=1, max_value=60, required=False),
    }


def manages(viewer: Viewer) -> bool:
    """Whether the viewer keeps flows anywhere."""
    return may_anywhere(viewer, "flow.manage")


@require_safe
def list_flows(request: StaffRequest) -> HttpResponseBase:
    """Show the flows and who follows which."""
    require(manages(request.viewer))
    shown = {
        "flows": active_flows().prefetch_related("steps"),
        "assignments": shown_assignments(request.viewer),
        "may_define": may_keep_flows(request.viewer, None),
    }
    return render_page(request, "newsroom/reviews/flows.html", shown)


@require_safe
def show_flow(request: StaffRequest, code: str) -> HttpResponseBase:
    """Show one flow with its steps."""
    require(manages(request.viewer))
    flow = get_one(Flow.objects.all(), pk=code)
    steps = FlowStep.objects.filter(flow=flow)
    names = dict(_POWERS)
    shown = {
        "flow": flow,
        "steps": [(step, names.get(step.capability, step.capability)) for step in steps],
        "may_retire": flow.is_active and not flow.is_builtin and may_keep_flows(request.viewer, None),
    }
    return render_page(request, "newsroom/reviews/flow.html", shown, crumbs=CRUMBS)


@require_http_methods(["GET", "HEAD", "POST"])
def define(request: StaffRequest) -> HttpResponse:
    """Define a flow."""
    require(may_keep_flows(request.viewer, None))

    def act(form: FlowForm) -> str:
        given = form.cleaned_data
        flow = define_flow(
            actor=request.person, code=given["code"], name=given["name"], description=given["description"],
            needs_escalation=given["needs_escalation"], steps=form.steps(),
        )  # fmt: skip
        return f"已建立流程“{flow.name}”，请接着指定适用范围。"

    return answer_form(
        request, FlowForm(request.POST or None), act, title="新建审核流程", button="建立流程",
        done_url=reverse("newsroom-flows"), back_url=reverse("newsroom-flows"), crumbs=CRUMBS,
        lead="按次序填写环节；次序相同的环节同时办理，最后一个环节须是审核。不用的行留空。",
        template="newsroom/reviews/define_flow.html",
    )  # fmt: skip


@require_POST
def retire(request: StaffRequest, code: str) -> HttpResponse:
    """Take a flow out of use, after asking."""
    require(may_keep_flows(request.viewer, None))
    flow = get_one(Flow.objects.filter(is_active=True, is_builtin=False), pk=code)
    page = reverse("newsroom-flow", args=[flow.pk])
    asked = ask_first(
        request,
        question=f"停用流程“{flow.name}”？",
        consequences=[
            "以后不能再指定这个流程",
            "按它进行中的审核照常办完",
            "正在使用它的范围须先改用别的流程",
        ],
        button="停用流程",
        back_url=page,
        crumbs=CRUMBS,
    )
    if asked is not None:
        return asked
    try:
        retire_flow(actor=request.person, flow=flow)
    except Conflict as refusal:
        messages.error(request, refusal.message)
        return HttpResponseRedirect(page)
    messages.success(request, f"流程“{flow.name}”已停用。")
    return HttpResponseRedirect(reverse("newsroom-flows"))


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: StaffRequest) -> HttpResponse:
    """Say who follows a flow."""
    require(manages(request.viewer))

    def act(form: AssignForm) -> str:
        given = form.cleaned_data
        try:
            scope_id = place_named(given["scope"], given["place"])
        except NotFound as error:
            raise InvalidInput(error.message, fields={"place": error.message}) from None
        made = assign_flow(
            actor=request.person, flow=given["flow"], scope=given["scope"], scope_id=scope_id,
            way=given["way"], reason=given["reason"],
        )  # fmt: skip
        return f"此后提交的稿件按“{made.flow.name}”审核；进行中的仍按原流程。"

    return answer_form(
        request, AssignForm(request.POST or None), act, title="指定适用流程", button="指定",
        done_url=reverse("newsroom-flows"), back_url=reverse("newsroom-flows"), crumbs=CRUMBS,
        lead="下级机构和下级栏目随上级；单独指定的以本级为准；机构与栏目要求不同时取更严的。",
    )  # fmt: skip


class EndForm(ConsoleForm):
    """Why an assignment ends."""

    reason = forms.CharField(label="原因", max_length=300)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: StaffRequest, assignment_id: UUID) -> HttpResponse:
    """Take a flow from an organisation or column."""
    assignment = assignment_for(request.viewer, assignment_id)

    def act(form: EndForm) -> str:
        end_assignment(actor=request.person, assignment=assignment, reason=form.cleaned_data["reason"])
        return "已取消，改随上级的流程。"

    return answer_form(
        request, EndForm(request.POST or None), act, title=f"取消“{assignment.flow.name}”的指定",
        button="取消指定", done_url=reverse("newsroom-flows"), back_url=reverse("newsroom-flows"),
        crumbs=CRUMBS,
    )  # fmt: skip
