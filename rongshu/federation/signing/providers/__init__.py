"""Algorithms of signatures behind one interface; another one registers itself by name."""

from rongshu.federation.signing.providers.base import Provider, Signer, Verifier
from rongshu.federation.signing.providers.registry import provider, provider_names, register

__all__ = ["Provider", "Signer", "Verifier", "provider", "provider_names", "register"]
