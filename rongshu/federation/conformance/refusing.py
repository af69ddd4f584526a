"""Errors: what is not there, not allowed, not spoken."""

from __future__ import annotations

from uuid import uuid4

from rongshu.federation.conformance.asking import Reply
from rongshu.federation.conformance.checks import CannotTell, check, expect
from rongshu.federation.conformance.session import Session

_SECTION = "错误"


def _problem(reply: Reply, status: int, what: str) -> None:
    expect(reply.status == status, f"{what}应为 {status}，实为 {reply.status}")


@check(_SECTION, "不存在的资源以 404 答复")
def absent_record_is_not_found(session: Session) -> None:
    """Ask for a record that is nowhere."""
    session.envelopes()
    _problem(session.get(f"/records/{uuid4()}"), 404, "不存在的资源")


@check(_SECTION, "存在但没有授权的资源与不存在的答复完全相同")
def forbidden_record_looks_absent(session: Session) -> None:
    """Compare with a record that is nowhere."""
    if session.forbidden_record is None:
        raise CannotTell("没有给出未授权的资源（--forbidden-record）")
    reply = session.get(f"/records/{session.forbidden_record}")
    absent = session.get(f"/records/{uuid4()}")
    expect(
        (reply.status, reply.plain()) == (404, absent.plain()),
        f"应与不存在的一样为 404，实为 {reply.status}",
    )


@check(_SECTION, "单条资源与资源流中的相同")
def single_record_is_the_same(session: Session) -> None:
    """Ask for one that the feed gave."""
    given = next((each for each in session.envelopes() if each.get("content")), None)
    if given is None:
        raise CannotTell("资源流中没有带内容的资源")
    reply = session.get(f"/records/{given['record']['id']}")
    expect(reply.status == 200, f"应为 200，实为 {reply.status}")
    expect(reply.json().get("record") == given["record"], "单条取得的记录与资源流中的不同")


@check(_SECTION, "没有授权的类别以 403 答复")
def forbidden_category_is_refused(session: Session) -> None:
    """Ask for a category that was not granted."""
    if not session.forbidden_category:
        raise CannotTell("没有给出未授权的类别（--forbidden-category）")
    reply = session.get("/changes", {"after": 0, "categories": session.forbidden_category})
    _problem(reply, 403, "没有授权的类别")


@check(_SECTION, "不支持的协议版本以 400 答复，写明支持的版本")
def unknown_protocol_is_refused(session: Session) -> None:
    """Speak an older and a newer version."""
    for version in ("0", "99"):
        reply = session.get("/changes", {"after": 0}, Federation_Protocol=version)
        _problem(reply, 400, f"协议版本 {version}")


@check(_SECTION, "错误答复是 application/problem+json，有稳定的 code 和人能读懂的 title")
def errors_are_problems(session: Session) -> None:
    """Look at an error's form."""
    reply = session.get("/changes", {"after": "x"})
    if reply.status < 400:
        raise CannotTell("节点接受了写错的游标，没有错误可看")
    expect(
        reply.headers.get("content-type", "").startswith("application/problem+json"),
        f"Content-Type 应为 application/problem+json，实为 {reply.headers.get('content-type')}",
    )
    problem = reply.json()
    wrong = [name for name in ("code", "title") if not isinstance(problem.get(name), str)]
    expect(not wrong, f"错误答复缺少 {'、'.join(wrong)}")
    expect(problem.get("status") == reply.status, "错误答复的 status 与状态码不同")


@check(_SECTION, "不支持的方法以 405 答复")
def wrong_method_is_refused(session: Session) -> None:
    """Delete the feed."""
    session.recipient()
    url = session.asker.url("/changes", {"after": 0})
    status = session.asker.unsigned("DELETE", url, session.asker.signed("DELETE", url)).status
    expect(status == 405, f"应为 405，实为 {status}")


@check(_SECTION, "写错的内容以 400 答复")
def malformed_body_is_refused(session: Session) -> None:
    """Send what is no JSON, and JSON that says nothing."""
    for body in (b"{", b"[]", b'{"last":"many"}'):
        status = session.post("/hints", body).status
        expect(status == 400, f"{body!r} 应为 400，实为 {status}")


@check(_SECTION, "提示（hints）被接受，重复发送没有坏处")
def hints_are_taken(session: Session) -> None:
    """Hint twice."""
    for _ in range(2):
        status = session.post("/hints", b'{"last":0}').status
        expect(status in {200, 202, 204}, f"应为 202，实为 {status}")
