"""From where somebody tries to sign in."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from rongshu.accounts.models import Account, SignInAttempt


@dataclass(frozen=True)
class Visit:
    """The realm of the listener, the address and the browser of an attempt to sign in."""

    realm: str
    address: str = ""
    user_agent: str = ""

    def note(
        self,
        outcome: str,
        *,
        login_name: str,
        account: Account | None = None,
        factor: str = "",
        reason: str = "",
    ) -> SignInAttempt:
        """Write the attempt into the history."""
        return SignInAttempt.objects.create(
            realm=self.realm,
            login_name=login_name,
            account=account,
            address=self.address,
            user_agent=self.user_agent[:200],
            outcome=outcome,
            factor=factor,
            reason=reason,
        )


@dataclass(frozen=True)
class Door:
    """The actor of what happens to an account before anybody has signed in."""

    id: UUID | None = None
    name: str = "登录入口"
