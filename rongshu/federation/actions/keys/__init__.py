"""What changes keys and whom they are believed of: one deed per file."""

from rongshu.federation.actions.keys.learn import KeysLearned, accept_announcement, learn_keys
from rongshu.federation.actions.keys.make import ensure_own_key, make_key
from rongshu.federation.actions.keys.pin import pin_key, trust_endorsements
from rongshu.federation.actions.keys.remember import StoredNonces, forget_old_nonces
from rongshu.federation.actions.keys.revoke import revoke_key
from rongshu.federation.actions.keys.rotate import renew_before_expiry, rotate_key

__all__ = [
    "KeysLearned",
    "StoredNonces",
    "accept_announcement",
    "ensure_own_key",
    "forget_old_nonces",
    "learn_keys",
    "make_key",
    "pin_key",
    "renew_before_expiry",
    "revoke_key",
    "rotate_key",
    "trust_endorsements",
]
