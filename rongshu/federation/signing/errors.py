"""Why a signature is refused: the same code on both sides, and in the log of messages.

SignatureRefused            401
├── SignatureMissing        nothing is signed, or not what has to be
├── SignatureMalformed      the fields can't be read
├── SignatureWrong          the key did not sign this
├── KeyUnknown              nobody here trusts this key for this node
├── KeyRevoked              the key was revoked
├── KeyNotInForce           before its validity, or after it
├── AlgorithmUnknown        no provider of this name
├── ClockSkewed             one of both clocks is wrong
├── SignatureExpired        signed in time, arrived too late
├── MessageReplayed         the same message has been here
├── WrongRecipient          meant for another node
├── DigestMismatch          the body is not what was signed
└── ProofWrong              the record is not what its origin signed
"""

from __future__ import annotations

from rongshu.foundation.errors import Refusal


class SignatureRefused(Refusal):
    """Base of all refusals of signatures."""

    code = "signature-refused"
    status = 401
    sentence = "签名没有通过验证，请与对方节点的管理员核对密钥后重试。"


class SignatureMissing(SignatureRefused):
    """No signature, or one that leaves out what has to be signed."""

    code = "signature-missing"
    sentence = "消息没有签名，或签名没有覆盖必须覆盖的内容，请按联邦交换标准签名后重新发送。"


class SignatureMalformed(SignatureRefused):
    """The signature fields are no structured fields, or lack a parameter."""

    code = "signature-malformed"
    sentence = "签名的写法不符合 RFC 9421，请按联邦交换标准签名后重新发送。"


class SignatureWrong(SignatureRefused):
    """The named key did not sign this."""

    code = "signature-wrong"
    sentence = "签名与内容不符：内容在途中被改动，或不是由所称的密钥签署，请核对后重新发送。"


class KeyUnknown(SignatureRefused):
    """No trusted key of this id for this node."""

    code = "key-unknown"
    sentence = "本节点没有信任这把密钥，请让双方管理员核对密钥指纹后登记。"


class KeyRevoked(SignatureRefused):
    """The key was revoked."""

    code = "key-revoked"
    sentence = "签署所用的密钥已被吊销，请换用新密钥重新签署。"


class KeyNotInForce(SignatureRefused):
    """The key was used before its validity began, or after it ended."""

    code = "key-not-in-force"
    sentence = "签署时密钥不在有效期内，请换用在有效期内的密钥。"


class AlgorithmUnknown(SignatureRefused):
    """No provider of this algorithm is installed."""

    code = "algorithm-unknown"
    sentence = "本节点不支持这种签名算法；使用国密算法需先安装 rongshu[gm]。"


class ClockSkewed(SignatureRefused):
    """The message's time lies further from ours than the rule allows; `fields` names both times."""

    code = "clock-skewed"
    sentence = "双方时钟相差过大，请两边都与标准时间源校时后重试。"


class SignatureExpired(SignatureRefused):
    """The message arrived after its own time limit."""

    code = "signature-expired"
    sentence = "消息送达时已超过签名的有效时间，请重新签署后发送。"


class MessageReplayed(SignatureRefused):
    """The nonce has been seen: the same message was here before."""

    code = "message-replayed"
    sentence = "同一消息已经收到过，重复发送的不再受理；重试时请重新签署。"


class WrongRecipient(SignatureRefused):
    """The message names another node as its recipient."""

    code = "wrong-recipient"
    sentence = "消息指明的接收节点不是本节点，请核对对方节点的标识。"


class DigestMismatch(SignatureRefused):
    """The body has another digest than the signature says."""

    code = "digest-mismatch"
    sentence = "收到的内容与签名中的指纹不符：传输不完整或被改动，请重新传送。"


class ProofWrong(SignatureRefused):
    """The record is not what its origin signed."""

    code = "proof-wrong"
    sentence = "记录与来源节点的签名不符，可能被中途改动，请向来源节点重新索取。"
