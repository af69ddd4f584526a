"""Who uses what: the places a node says it shows a partner's resources in."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from rongshu.federation.conformance.checks import Broken, CannotTell, check, expect
from rongshu.federation.conformance.session import Session
from rongshu.federation.signing.proofs import read_moment

_SECTION = "使用情况"
_TEXTS: Final = ("name", "site", "column", "url")


def _page(session: Session, **parameters: object) -> dict[str, Any]:
    if "uses" not in (session.description().get("endpoints") or {}):
        raise CannotTell("节点说明没有列出 uses")
    reply = session.get("/uses", parameters)
    expect(reply.status == 200, f"GET /uses 应为 200，实为 {reply.status}")
    told = reply.json()
    expect(isinstance(told, dict) and isinstance(told.get("uses"), list), "答复应有成员 uses（列表）")
    return told  # type: ignore[no-any-return]


@check(_SECTION, "逐项写明资源、节点、网站、栏目、页面和时间")
def uses_are_complete(session: Session) -> None:
    """Read every item of the first page."""
    for use in _page(session)["uses"]:
        try:
            UUID(use["resource"]), UUID(use["node"]), read_moment(use["since"])
            are_texts = all(isinstance(use[name], str) for name in _TEXTS)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Broken(f"这一项读不出来：{use}"[:300]) from error
        expect(are_texts, f"这一项缺少文字：{use}"[:300])


@check(_SECTION, "逐页取得，每条资源只在一页，最后一页的 next 为 null")
def uses_are_paged(session: Session) -> None:
    """Go through them one resource at a time."""
    after, seen = "", set[str]()
    while True:
        told = _page(session, limit=1, **({"after": after} if after else {}))
        here = {str(use.get("resource")) for use in told["uses"]}
        expect(len(here) <= 1, f"limit=1 应至多一条资源，实为 {len(here)}")
        expect(not here & seen, "同一条资源出现在两页")
        seen |= here
        if told.get("next") is None:
            return
        expect(isinstance(told["next"], str) and told["next"] > after, "next 应逐页增大")
        after = told["next"]
