"""The node's description and its keys."""

from __future__ import annotations

from rongshu.federation.conformance.checks import Broken, check, expect
from rongshu.federation.conformance.session import Session
from rongshu.federation.envelope import PROTOCOL
from rongshu.federation.signing.errors import SignatureRefused
from rongshu.federation.signing.keys import thumbprint
from rongshu.federation.signing.statements import read_statement

_SECTION = "节点说明"


@check(_SECTION, "GET /node 对任何人公开，说明节点、名称、协议版本、纪元和最后序号")
def description_is_complete(session: Session) -> None:
    """Look at what everything else builds on."""
    described = session.read_description()
    protocols = described.get("protocols")
    expect(isinstance(protocols, list) and PROTOCOL in protocols, f"protocols 应为含 {PROTOCOL!r} 的列表")
    for name, kind in (("name", str), ("epoch", str), ("last", int)):
        expect(isinstance(described.get(name), kind), f"缺少 {name}，或类型不对")


@check(_SECTION, "GET /keys 公布本节点的公钥（JWK），kid 为其 RFC 7638 指纹")
def keys_are_published(session: Session) -> None:
    """Look at the keys everything is verified by."""
    published = session.read_keys()
    expect(published["keys"], "没有公布任何密钥")
    for jwk in published["keys"]:
        try:
            fingerprint = thumbprint(jwk)
        except (SignatureRefused, AttributeError) as error:
            raise Broken(f"不是 Ed25519 或 SM2 的 JWK：{jwk}"[:200]) from error
        expect(jwk.get("kid") == fingerprint, f"kid 应为 {fingerprint}，实为 {jwk.get('kid')}")


@check(_SECTION, "关于密钥的声明（宣布、担保、吊销）写法正确")
def key_statements_are_readable(session: Session) -> None:
    """Look at what is said of keys."""
    for written in session.published_keys().get("statements", []):
        try:
            read_statement(written)
        except SignatureRefused as refusal:
            raise Broken(f"声明读不出来：{refusal.fields}") from refusal
