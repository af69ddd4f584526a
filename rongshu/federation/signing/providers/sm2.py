"""SM2 signatures with SM3 (GB/T 32918.2) by the library gmssl-fast; the extra `rongshu[gm]`.

Signatures are r‖s, 64 bytes; the signer's identity is the standard's default. A private key is kept as scalar
and point in armour, and a public one described as JWK of the kind EC on the curve SM2.
"""

from __future__ import annotations

from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Final

from gmssl_fast import SM2, GmsslError

from rongshu.federation.signing.providers.registry import register

_BEGIN: Final = b"-----BEGIN SM2 PRIVATE KEY-----"
_END: Final = b"-----END SM2 PRIVATE KEY-----"


class SM2Signer:
    """A private SM2 key."""

    def __init__(self, private: str, public: str) -> None:
        self._private, self._public = private, public.removeprefix("04") if len(public) == 130 else public
        self._key = SM2(private_key=private, public_key=self._public)

    def sign(self, message: bytes) -> bytes:
        """Return r‖s."""
        return bytes(self._key.sign(message))

    def public_jwk(self) -> dict[str, str]:
        """Return the public part."""
        point = bytes.fromhex(self._public)
        return {"crv": "SM2", "kty": "EC", "x": _encoded(point[:32]), "y": _encoded(point[32:])}

    def private_pem(self) -> bytes:
        """Return scalar and point in armour."""
        body = b64encode(bytes.fromhex(self._private + self._public))
        return b"\n".join([_BEGIN, body[:64], body[64:], _END, b""])


class SM2Verifier:
    """A public SM2 key."""

    def __init__(self, public: str) -> None:
        self._key = SM2(public_key=public)

    def is_valid(self, signature: bytes, message: bytes) -> bool:
        """Whether the key signed the message."""
        try:
            return len(signature) == 64 and bool(self._key.verify(message, signature))
        except (GmsslError, ValueError):
            return False


class SM2Provider:
    """The commercial cryptography of GB/T 32918 and GB/T 32905."""

    name = "sm2"
    digest = "sm3"
    is_slow = True

    def generate(self) -> SM2Signer:
        """Make a new key."""
        made = SM2.generate()
        return SM2Signer(str(made.private_key_hex), str(made.public_key_hex))

    def load_private(self, pem: bytes) -> SM2Signer:
        """Load what `private_pem` writes."""
        text = pem.strip()
        if not text.startswith(_BEGIN) or not text.endswith(_END):
            raise ValueError("not an SM2 key")
        raw = b64decode(b"".join(text[len(_BEGIN) : -len(_END)].split()), validate=True)
        if len(raw) != 96:
            raise ValueError("not an SM2 key")
        try:
            signer = SM2Signer(raw[:32].hex(), raw[32:].hex())
            signer.sign(b"")  # the library compares scalar and point at the first use
        except GmsslError as error:
            raise ValueError("scalar and point of the SM2 key differ") from error
        return signer

    def load_public(self, jwk: Mapping[str, str]) -> SM2Verifier:
        """Load a JWK of the kind EC."""
        if jwk.get("kty") != "EC" or jwk.get("crv") != "SM2":
            raise ValueError("not an SM2 key")
        x, y = _decoded(str(jwk.get("x", ""))), _decoded(str(jwk.get("y", "")))
        if len(x) != 32 or len(y) != 32:
            raise ValueError("not a point of SM2")
        try:
            SM2(public_key=(x + y).hex()).encrypt(b"\x00")  # the library looks at the point at the first use
        except GmsslError as error:
            raise ValueError("not a point of SM2") from error
        return SM2Verifier((x + y).hex())


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


register(SM2Provider())
