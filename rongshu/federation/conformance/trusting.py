"""Signatures: what comes is signed, and what is wrongly signed is refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from rongshu.federation.conformance.asking import Reply
from rongshu.federation.conformance.checks import Broken, CannotTell, check, expect
from rongshu.federation.conformance.session import Session
from rongshu.federation.signing import messages
from rongshu.federation.signing.errors import SignatureRefused
from rongshu.federation.signing.keys import SigningKey
from rongshu.foundation import clock

_SECTION = "签名"
_DAY = timedelta(days=1)
_QUERY = {"after": 0, "limit": 1}


def _refused(reply: Reply, what: str) -> None:
    expect(reply.status == 401, f"{what}应以 401 拒绝，实为 {reply.status}")


def _probe(session: Session, headers: Mapping[str, str], url: str = "") -> Reply:
    return session.asker.unsigned("GET", url or session.asker.url("/changes", _QUERY), headers)


def _signed(session: Session, **otherwise: Any) -> Mapping[str, str]:
    session.recipient()
    return session.asker.signed("GET", session.asker.url("/changes", _QUERY), **otherwise)


@check(_SECTION, "登记过的节点签名正确的请求被接受")
def good_signature_is_accepted(session: Session) -> None:
    """Without this, refusals would prove nothing."""
    reply = _probe(session, _signed(session))
    expect(reply.status in {200, 304}, f"应为 200，实为 {reply.status}：{reply.body[:200]!r}")


def _accepts(session: Session) -> None:
    """Refusals prove something only where the right signature is accepted."""
    if _probe(session, _signed(session)).status not in {200, 304}:
        raise CannotTell("节点不接受正确的签名：请先在被测节点登记本方的密钥和节点标识")


@check(_SECTION, "每个答复都有节点密钥的签名，绑定所答的请求和内容指纹")
def responses_are_signed(session: Session) -> None:
    """Look at a batch, an idle answer and an error."""
    node, ring = session.recipient(), session.keyring()
    for parameters in (_QUERY, {"after": "x"}):
        reply = session.get("/changes", parameters)
        try:
            messages.verify_response(
                reply.status, reply.headers, reply.body, asked=reply.asked, keyring=ring, node=node
            )
        except SignatureRefused as refusal:
            raise Broken(f"{reply.status} 的签名：{refusal.code} {refusal.fields}") from refusal


@check(_SECTION, "没有签名的请求被拒绝")
def unsigned_request_is_refused(session: Session) -> None:
    """Ask without any signature."""
    session.recipient()
    _refused(_probe(session, {"Federation-Protocol": "1"}), "没有签名的请求")


@check(_SECTION, "签名与内容不符的请求被拒绝")
def altered_request_is_refused(session: Session) -> None:
    """Ask for something else than was signed."""
    _accepts(session)
    other = session.asker.url("/changes", {"after": 0, "limit": 2})
    _refused(_probe(session, _signed(session), other), "签名后改动过的请求")


@check(_SECTION, "没有登记的密钥签署的请求被拒绝")
def unknown_key_is_refused(session: Session) -> None:
    """Sign as a node nobody knows."""
    _accepts(session)
    stranger = SigningKey.generate(UUID(int=uuid4().int))
    _refused(_probe(session, _signed(session, key=stranger)), "陌生密钥的请求")


@check(_SECTION, "冒用登记过的节点、用别的密钥签署的请求被拒绝")
def forged_sender_is_refused(session: Session) -> None:
    """Claim the asker's own key, sign with another."""
    _accepts(session)
    forger = SigningKey.generate(session.asker.own_key.node)
    pretended = SigningKey(forger.node, session.asker.own_key.key_id, forger.algorithm, forger.signer)
    _refused(_probe(session, _signed(session, key=pretended)), "冒名签署的请求")


@check(_SECTION, "同一请求重放时被拒绝")
def replayed_request_is_refused(session: Session) -> None:
    """Send the same twice."""
    headers = _signed(session)
    first = _probe(session, headers)
    if first.status not in {200, 304}:
        raise CannotTell("节点不接受正确的签名")
    _refused(_probe(session, headers), "重放的请求")


@check(_SECTION, "时钟相差一天的请求被拒绝，过去和将来都一样")
def skewed_clock_is_refused(session: Session) -> None:
    """Sign a day ago, and a day ahead."""
    _accepts(session)
    for at, when in ((clock.now() - _DAY, "一天前"), (clock.now() + _DAY, "一天后")):
        _refused(_probe(session, _signed(session, at=at)), f"签于{when}的请求")


@check(_SECTION, "写给别的节点的请求被拒绝")
def wrong_recipient_is_refused(session: Session) -> None:
    """Sign for somebody else."""
    _accepts(session)
    _refused(_probe(session, _signed(session, to=uuid4())), "写给别的节点的请求")


@check(_SECTION, "内容与 Content-Digest 不符的请求被拒绝")
def altered_body_is_refused(session: Session) -> None:
    """Send another body than was signed."""
    _accepts(session)
    url, body = session.asker.url("/hints"), b'{"last":0}'
    headers = session.asker.signed("POST", url, {"Content-Type": "application/json"}, body)
    _refused(session.asker.unsigned("POST", url, headers, b'{"last":1}'), "内容被改动的请求")


@check(_SECTION, "拒绝签名时用 problem+json 写明原因代码，对方读得懂")
def refusal_says_why(session: Session) -> None:
    """Look at what a refused neighbour reads."""
    session.recipient()
    reply = _probe(session, {"Federation-Protocol": "1"})
    if reply.status == 200:
        raise CannotTell("没有签名的请求没有被拒绝")
    problem = reply.json()
    expect(
        isinstance(problem, dict) and isinstance(problem.get("code"), str) and problem.get("title"),
        "拒绝的答复应有 code 和 title",
    )
