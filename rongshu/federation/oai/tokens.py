"""Resumption tokens: they say themselves where a list stands, signed, so that nothing is kept for them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final

from django.core import signing

from rongshu.federation.oai.errors import BadResumptionToken
from rongshu.foundation import clock

LASTS: Final = timedelta(hours=24)
_SALT: Final = "rongshu.federation.oai"
_LONGEST: Final = 2000


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a list stands: what was asked for, what was given last, and how much."""

    repository: str
    verb: str
    prefix: str = ""
    set_spec: str = ""
    since: str = ""
    until: str = ""
    after_at: str = ""
    after_id: str = ""
    given: int = 0
    total: int | None = None


def token_of(standing: Standing) -> str:
    """Return the token under which a list goes on."""
    packed = [getattr(standing, field.name) for field in fields(Standing)]
    return signing.dumps(packed, salt=_SALT, compress=True)


def expires_at() -> datetime:
    """Return when a token given now ends to be taken."""
    return clock.now() + LASTS


def standing_of(token: str, *, repository: str, verb: str) -> Standing:
    """Return where a token's list stands; raise `BadResumptionToken`."""
    if len(token) > _LONGEST:
        raise BadResumptionToken("续传令牌无效，请从头采集。")
    try:
        packed: Any = signing.loads(token, salt=_SALT, max_age=LASTS)
        standing = Standing(*packed)
    except signing.SignatureExpired:
        raise BadResumptionToken("续传令牌已超过 24 小时，请以上次采集的时间为 from 重新开始。") from None
    except (signing.BadSignature, TypeError, ValueError):
        raise BadResumptionToken("续传令牌无效，请从头采集。") from None
    if (standing.repository, standing.verb) != (repository, verb):
        raise BadResumptionToken("续传令牌属于另一个列表，请从头采集。")
    return standing
