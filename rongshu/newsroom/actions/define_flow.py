"""Defining a flow of one's own, and taking one out of use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from rongshu.accounts.capabilities import CAPABILITIES
from rongshu.accounts.permissions import require
from rongshu.accounts.queries import viewer_for
from rongshu.foundation.audit import Actor, record
from rongshu.foundation.errors import Conflict, InvalidInput
from rongshu.foundation.text import normalise_line
from rongshu.newsroom.errors import FlowInUse, FlowMalformed
from rongshu.newsroom.models import Flow, FlowAssignment, FlowStep, StepKind
from rongshu.newsroom.permissions import may_keep_flows

_CODE: Final = re.compile(r"[a-z][a-z0-9-]{1,39}")


@dataclass(frozen=True, kw_only=True)
class StepSetting:
    """One step as it is to be; reviews get their levels in the order of their stages."""

    stage: int
    kind: str
    name: str
    capability: str
    days: int = 1
    by_writer: bool = False
    is_extra: bool = False


def define_flow(
    *,
    actor: Actor,
    code: str,
    name: str,
    steps: Sequence[StepSetting],
    description: str = "",
    needs_escalation: bool = False,
    exempts_form: bool = False,
) -> Flow:
    """Create a flow, or change one that no piece has followed. Raise `FlowMalformed`, `FlowInUse`."""
    name = normalise_line(name)
    if not _CODE.fullmatch(code) or not 1 <= len(name) <= 60:
        raise InvalidInput(
            "代号须为 2–40 个小写字母、数字或连字符，名称须为 1–60 个字。", fields={"code": "请修改"}
        )
    ordered = _checked(steps)
    with transaction.atomic():
        require(may_keep_flows(viewer_for(actor), None))
        present = Flow.objects.select_for_update().filter(pk=code).first()
        if present is not None and (present.is_builtin or present.reviews.exists()):
            raise FlowInUse
        reviews = [step for step in ordered if step.kind == StepKind.REVIEW]
        flow, _ = Flow.objects.update_or_create(
            code=code,
            defaults={
                "name": name, "description": description[:300], "levels": len(reviews),
                "proofs": len(ordered) - len(reviews), "needs_escalation": needs_escalation,
                "exempts_form": exempts_form, "excludes_writer": not all(one.by_writer for one in reviews),
            },
        )  # fmt: skip
        flow.steps.all().delete()
        FlowStep.objects.bulk_create(_rows(flow, ordered))
        record(actor, "flow.defined", flow, steps=[f"{one.stage} {one.name}" for one in ordered])
    return flow


def retire_flow(*, actor: Actor, flow: Flow) -> Flow:
    """Take a flow out of use; cases under way go on by it. Raise `Conflict` while it is given to somebody."""
    with transaction.atomic():
        require(may_keep_flows(viewer_for(actor), None))
        flow = Flow.objects.select_for_update().get(pk=flow.pk)
        if FlowAssignment.objects.filter(flow=flow, ended_at__isnull=True).exists():
            raise Conflict("该流程正在使用，请先调整适用范围再停用。")
        flow.is_active = False
        flow.save(update_fields=["is_active"])
        record(actor, "flow.retired", flow)
    return flow


def _checked(steps: Sequence[StepSetting]) -> list[StepSetting]:
    ordered = sorted(steps, key=lambda step: step.stage)
    reviews = [step for step in ordered if step.kind == StepKind.REVIEW]
    last = [step for step in ordered if step.stage == max((one.stage for one in ordered), default=0)]
    fits = all(
        step.kind in StepKind.values
        and step.name.strip()
        and step.capability in CAPABILITIES
        and 1 <= step.stage <= 20
        and 0 < step.days <= 60
        for step in ordered
    )
    if not fits or not 1 <= len(reviews) <= 9 or len(last) != 1 or last[0].kind != StepKind.REVIEW:
        raise FlowMalformed(fields={"steps": "请检查环节"})
    return ordered


def _rows(flow: Flow, steps: Sequence[StepSetting]) -> list[FlowStep]:
    rows, level = [], 0
    for position, step in enumerate(steps):
        is_review = step.kind == StepKind.REVIEW
        level += is_review
        rows.append(
            FlowStep(
                flow=flow, stage=step.stage, position=position, kind=step.kind,
                level=level if is_review else None, name=step.name.strip()[:30], capability=step.capability,
                excludes_writer=not step.by_writer, is_extra=step.is_extra, days=step.days,
            )
        )  # fmt: skip
    return rows
