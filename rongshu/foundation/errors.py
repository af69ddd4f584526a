"""The error tree every app hangs its own errors on.

    RongshuError
    ├── Refusal                 what was asked is refused: a door shows why in its place (`except Refusal`)
    │   ├── InvalidInput   400  what was given can't be accepted; names the fields
    │   ├── NotAllowed     403  the person may not do this (only where the object's existence is public)
    │   ├── Conflict       409  the state of things forbids it now
    │   └── Unavailable    503  a part of the installation can't serve now
    ├── NotFound           404  absent, or not yours: the same answer, and never shown in place
    └── Misconfigured      500  a setting is unsafe or wrong; the installation refuses to start

A class has a stable `code`, an HTTP `status`, named fields, and a sentence in Chinese that tells
the person what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class RongshuError(Exception):
    """Base of all errors a person may see."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    sentence: ClassVar[str] = "操作没有完成，请稍后重试；若仍失败，请把错误代码告诉运维人员。"

    def __init__(self, sentence: str | None = None, *, fields: Mapping[str, str] | None = None) -> None:
        self.message = sentence or self.sentence
        self.fields = dict(fields or {})
        super().__init__(self.message)

    def as_json(self) -> dict[str, object]:
        """Return `{"code", "message", "fields"}` as every API and report prints an error."""
        return {"code": self.code, "message": self.message, "fields": self.fields}


class Refusal(RongshuError):
    """What was asked is refused; the form, dialog or page that asked says why and loses nothing."""


class InvalidInput(Refusal):
    """What was given can't be accepted; `fields` names what is wrong where."""

    code = "invalid-input"
    status = 400
    sentence = "填写的内容有误，请按提示修改后再提交。"


class NotAllowed(Refusal):
    """The person may not do this."""

    code = "not-allowed"
    status = 403
    sentence = "您没有进行此项操作的权限，如确有需要请联系本单位管理员。"


class NotFound(RongshuError):
    """Absent, or not yours: nobody can tell which."""

    code = "not-found"
    status = 404
    sentence = "没有找到您要的内容，它可能已被移走，或者您无权查看。"


class Conflict(Refusal):
    """The present state forbids the change."""

    code = "conflict"
    status = 409
    sentence = "当前状态下不能进行此操作，请刷新后查看最新情况。"


class Unavailable(Refusal):
    """A part of the installation can't serve now."""

    code = "unavailable"
    status = 503
    sentence = "服务暂时不可用，请稍后再试。"


class Misconfigured(RongshuError):
    """A setting is wrong or unsafe."""

    code = "misconfigured"
    sentence = "系统配置有误，请运行 rongshu doctor 查看原因。"
