"""The flows every installation begins with, written where they are absent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import transaction

from rongshu.newsroom.models import Flow, FlowStep, StepKind

SINGLE: Final = "single"
DEFAULT: Final = "three-reviews"


@dataclass(frozen=True)
class Step:
    """One step of a built-in flow."""

    stage: int
    name: str
    capability: str
    level: int | None = None
    by_writer: bool = False
    is_extra: bool = False
    days: int = 1


@dataclass(frozen=True)
class BuiltInFlow:
    """A flow known to every installation."""

    code: str
    name: str
    description: str
    steps: tuple[Step, ...]
    exempts_form: bool = False


_FIRST = Step(1, "初审", "review.first", level=1)
_SECOND = Step(2, "复审", "review.second", level=2)

BUILT_IN_FLOWS: Final = (
    BuiltInFlow(
        SINGLE, "单人签发", "一人审核签发，撰稿人可以自签；仅供试用、演示和确无条件分级的场合。",
        (Step(1, "审核", "resource.approve", level=1, by_writer=True),),
    ),
    BuiltInFlow(
        "reprint", "转载审核", "转载中央、省、市官方媒体新闻：核对来源与原文后签发，免填发布审核表。",
        (Step(1, "核对签发", "review.second", level=1),), exempts_form=True,
    ),
    BuiltInFlow(
        "two-reviews", "两审两校", "初审、终审各一级，各校对一次。",
        (
            Step(1, "一校", "proof.read", by_writer=True), _FIRST,
            Step(2, "二校", "proof.read"), Step(3, "终审", "review.final", level=2),
        ),
    ),
    BuiltInFlow(
        DEFAULT, "三审三校", "初审、复审、终审三级，每级前后各校对一次；任何两级不得为同一人。",
        (
            Step(1, "一校", "proof.read", by_writer=True), _FIRST, Step(2, "二校", "proof.read"), _SECOND,
            Step(3, "三校", "proof.read"), Step(4, "终审", "review.final", level=3, days=2),
        ),
    ),
    BuiltInFlow(
        "important", "三审四校（重要栏目）", "在三审三校之外，终审前加校一轮；用于重要栏目和重要保障期。",
        (
            Step(1, "一校", "proof.read", by_writer=True), _FIRST, Step(2, "二校", "proof.read"), _SECOND,
            Step(3, "三校", "proof.read"), Step(4, "加校", "proof.read", is_extra=True),
            Step(5, "终审", "review.final", level=3, days=2),
        ),
    ),
)  # fmt: skip


def seed_flows() -> None:
    """Write the built-in flows that are absent; one that is there stays as it is."""
    present = set(Flow.objects.values_list("code", flat=True))
    missing = [flow for flow in BUILT_IN_FLOWS if flow.code not in present]
    with transaction.atomic():
        Flow.objects.bulk_create([_flow(each) for each in missing])
        FlowStep.objects.bulk_create(
            FlowStep(
                flow_id=each.code, stage=step.stage, position=position, level=step.level, name=step.name,
                kind=StepKind.PROOF if step.level is None else StepKind.REVIEW,
                capability=step.capability, excludes_writer=not step.by_writer, is_extra=step.is_extra,
                days=step.days,
            )
            for each in missing
            for position, step in enumerate(each.steps)
        )  # fmt: skip


def _flow(each: BuiltInFlow) -> Flow:
    reviews = [step for step in each.steps if step.level is not None]
    return Flow(
        code=each.code,
        name=each.name,
        description=each.description,
        levels=len(reviews),
        proofs=len(each.steps) - len(reviews),
        excludes_writer=not all(step.by_writer for step in reviews),
        exempts_form=each.exempts_form,
        is_builtin=True,
    )
