"""The manifest: what a neighbour should hold, as the feed gives it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rongshu.federation.conformance.checks import Broken, check, expect
from rongshu.federation.conformance.session import Session, identity_of
from rongshu.federation.envelope import UPSERT
from rongshu.federation.queries.manifest import Manifest, bucket_of

_SECTION = "核对"


def _held(session: Session) -> list[tuple[UUID, int]]:
    """What a neighbour holds who has followed the feed."""
    live = [each for each in session.envelopes() if (each.get("record") or {}).get("kind") == UPSERT]
    try:
        return sorted({(UUID(resource), version) for resource, version in map(identity_of, live)})
    except ValueError:
        return []


def _manifest(session: Session) -> dict[str, Any]:
    reply = session.get("/manifest")
    expect(reply.status == 200, f"GET /manifest 应为 200，实为 {reply.status}")
    told = reply.json()
    expect(isinstance(told, dict) and isinstance(told.get("buckets"), dict), "清单应有成员 buckets")
    return told  # type: ignore[no-any-return]


@check(_SECTION, "清单与按资源流得到的相符：条数、根指纹、每一格")
def manifest_equals_the_feed(session: Session) -> None:
    """Digest what the feed gave, and compare."""
    expected, told = Manifest.of(_held(session)), _manifest(session)
    expect(
        told.get("count") == expected.count, f"清单有 {told.get('count')} 条，资源流给出 {expected.count} 条"
    )
    for name, (count, digest) in expected.buckets.items():
        found = told["buckets"].get(name)
        expect(found == {"count": count, "digest": digest}, f"格 {name} 与资源流不符")
    expect(told.get("root") == expected.root, "根指纹与各格不符")


@check(_SECTION, "每一格可以逐行取得")
def buckets_list_their_lines(session: Session) -> None:
    """Read a bucket line by line."""
    held = _held(session)
    if not held:
        raise Broken("资源流没有可核对的资源")
    name = bucket_of(held[0][0])
    reply = session.get("/manifest", {"bucket": name})
    expect(reply.status == 200, f"应为 200，实为 {reply.status}")
    expected = "".join(f"{each} {version}\n" for each, version in held if bucket_of(each) == name)
    expect(reply.plain().decode() == expected, f"格 {name} 的行与资源流不符")
