"""Ed25519 (RFC 8032) by the library cryptography; keys as JWK after RFC 8037."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from rongshu.federation.signing.providers.registry import register


class Ed25519Signer:
    """A private Ed25519 key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.sign = key.sign

    def public_jwk(self) -> dict[str, str]:
        """Return the public part."""
        raw = self._key.public_key().public_bytes_raw()
        return {"crv": "Ed25519", "kty": "OKP", "x": urlsafe_b64encode(raw).rstrip(b"=").decode()}

    def private_pem(self) -> bytes:
        """Return PKCS #8."""
        return self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


class Ed25519Verifier:
    """A public Ed25519 key."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key

    def is_valid(self, signature: bytes, message: bytes) -> bool:
        """Whether the key signed the message."""
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


class Ed25519Provider:
    """The default algorithm."""

    name = "ed25519"
    digest = "sha256"
    is_slow = False

    def generate(self) -> Ed25519Signer:
        """Make a new key."""
        return Ed25519Signer(Ed25519PrivateKey.generate())

    def load_private(self, pem: bytes) -> Ed25519Signer:
        """Load PKCS #8."""
        try:
            key = serialization.load_pem_private_key(pem, password=None)
        except (TypeError, UnsupportedAlgorithm) as error:
            raise ValueError("not a private key in clear PKCS #8") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError("not an Ed25519 key")
        return Ed25519Signer(key)

    def load_public(self, jwk: Mapping[str, str]) -> Ed25519Verifier:
        """Load a JWK of the kind OKP."""
        if jwk.get("kty") != "OKP" or jwk.get("crv") != "Ed25519":
            raise ValueError("not an Ed25519 key")
        encoded = str(jwk.get("x", ""))
        raw = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        return Ed25519Verifier(Ed25519PublicKey.from_public_bytes(raw))


register(Ed25519Provider())
