"""The algorithms known by name; one whose library is absent is unknown, and the error says so."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from rongshu.federation.signing.errors import AlgorithmUnknown
from rongshu.federation.signing.providers.base import Provider

_providers: Final[dict[str, Provider]] = {}
# Loaded at first use: SM2 is an optional extra.
_BUILT_IN: Final = {
    "ed25519": "rongshu.federation.signing.providers.ed25519",
    "sm2": "rongshu.federation.signing.providers.sm2",
}


def register(found: Provider) -> None:
    """Offer an algorithm under its name."""
    _providers[found.name] = found


def provider(name: str) -> Provider:
    """Return the provider of an algorithm; raise `AlgorithmUnknown`."""
    if name not in _providers and name in _BUILT_IN:
        try:
            import_module(_BUILT_IN[name])
        except ImportError as error:
            raise AlgorithmUnknown(fields={"algorithm": name}) from error
    try:
        return _providers[name]
    except KeyError as error:
        raise AlgorithmUnknown(fields={"algorithm": name[:50]}) from error


def provider_names() -> list[str]:
    """Return the names of all algorithms, installed or not."""
    return sorted({*_BUILT_IN, *_providers})
