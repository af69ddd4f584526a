"""The one table of states and moves of a review case; a trigger holds the same table."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.db import models


class State(models.TextChoices):
    """Where a piece stands on its way."""

    NEW = "new", "未提交"
    REVIEWING = "reviewing", "审核中"
    ESCALATED = "escalated", "报请审查中"
    PASSED = "passed", "待发布"
    PUBLISHED = "published", "已发布"
    RETURNED = "returned", "已退回"
    WITHDRAWN = "withdrawn", "已撤回"
    LAPSED = "lapsed", "已失效"


class Act(models.TextChoices):
    """What a person, or the clock, does to a case."""

    SUBMIT = "submit", "提交审核"
    PASS = "pass", "通过"
    RETURN = "return", "退回"
    DELEGATE = "delegate", "转办"
    URGE = "urge", "催办"
    WITHDRAW = "withdraw", "撤回"
    ESCALATE = "escalate", "报请审查"
    ANSWER = "answer", "登记答复"
    ADD_PROOF = "add-proof", "加校一轮"
    SCHEDULE = "schedule", "定时发布"
    PUBLISH = "publish", "发布"
    LAPSE = "lapse", "失效"
    OPEN = "open", "查看"


class Move(NamedTuple):
    """From a state, by an act, to a state."""

    from_state: State
    act: Act
    to_state: State


OPEN_STATES: Final = (State.REVIEWING, State.ESCALATED, State.PASSED)

MOVES: Final = frozenset(
    {
        Move(State.NEW, Act.SUBMIT, State.REVIEWING),
        Move(State.REVIEWING, Act.PASS, State.REVIEWING),
        Move(State.REVIEWING, Act.PASS, State.PASSED),
        Move(State.REVIEWING, Act.RETURN, State.RETURNED),
        Move(State.REVIEWING, Act.DELEGATE, State.REVIEWING),
        Move(State.REVIEWING, Act.URGE, State.REVIEWING),
        Move(State.REVIEWING, Act.ADD_PROOF, State.REVIEWING),
        Move(State.REVIEWING, Act.ESCALATE, State.ESCALATED),
        Move(State.REVIEWING, Act.WITHDRAW, State.WITHDRAWN),
        Move(State.ESCALATED, Act.ANSWER, State.REVIEWING),
        Move(State.ESCALATED, Act.ANSWER, State.RETURNED),
        Move(State.ESCALATED, Act.URGE, State.ESCALATED),
        Move(State.ESCALATED, Act.WITHDRAW, State.WITHDRAWN),
        Move(State.PASSED, Act.SCHEDULE, State.PASSED),
        Move(State.PASSED, Act.URGE, State.PASSED),
        Move(State.PASSED, Act.PUBLISH, State.PUBLISHED),
        Move(State.PASSED, Act.RETURN, State.RETURNED),
        Move(State.PASSED, Act.WITHDRAW, State.WITHDRAWN),
        *(Move(state, Act.LAPSE, State.LAPSED) for state in OPEN_STATES),
        *(Move(state, Act.OPEN, state) for state in State if state is not State.NEW),
    }
)
