"""Transfer: compression, idle answers, and ranges."""

from __future__ import annotations

from rongshu.federation.conformance.asking import Reply
from rongshu.federation.conformance.checks import CannotTell, check, expect
from rongshu.federation.conformance.session import Session, read_batch
from rongshu.federation.signing.digests import digest_of_field
from rongshu.federation.signing.errors import SignatureRefused

_SECTION = "传输"
_QUERY = {"after": 0, "limit": 5}


@check(_SECTION, "接受 gzip 的得到压缩的批次，不接受的得到原样，内容相同")
def batches_are_compressed(session: Session) -> None:
    """Ask both ways."""
    packed = session.get("/changes", _QUERY, Accept_Encoding="gzip")
    plain = session.get("/changes", _QUERY, Accept_Encoding="identity")
    expect(packed.headers.get("content-encoding") == "gzip", "接受 gzip 时应压缩")
    expect(plain.headers.get("content-encoding", "identity") == "identity", "不接受 gzip 时不应压缩")
    one, other = read_batch(0, packed), read_batch(0, plain)
    if one.end["last"] == other.end["last"]:
        expect(one.envelopes == other.envelopes, "压缩与不压缩的内容不同")


@check(_SECTION, "没有新内容时，凭 ETag 答 304，没有内容体")
def idle_is_not_modified(session: Session) -> None:
    """Ask at the end of the feed, and again."""
    last = session.feed()[-1].end["last"]
    first = session.get("/changes", {"after": last}, Accept_Encoding="gzip")
    etag = first.headers.get("etag", "")
    expect(first.status == 200 and etag, f"应为带 ETag 的 200，实为 {first.status}")
    again = session.get("/changes", {"after": last}, Accept_Encoding="gzip", If_None_Match=etag)
    expect(again.status == 304, f"凭 ETag 再问应为 304，实为 {again.status}")
    expect(not again.body, "304 不应有内容体")


def _whole(session: Session) -> tuple[Reply, str]:
    session.envelopes()
    whole = session.get("/changes", _QUERY, Accept_Encoding="gzip")
    etag = whole.headers.get("etag", "")
    if whole.status != 200 or not etag or len(whole.body) < 40:
        raise CannotTell("没有带 ETag 的批次可以续传")
    return whole, etag


@check(_SECTION, "断了的传输从任何字节续传（Range、If-Range）")
def transfer_is_resumed(session: Session) -> None:
    """Ask for the rest of a batch."""
    whole, etag = _whole(session)
    for first in (1, len(whole.body) // 2, len(whole.body) - 1):
        rest = session.get("/changes", _QUERY, Accept_Encoding="gzip", Range=f"bytes={first}-", If_Range=etag)
        expect(rest.status == 206, f"Range 应为 206，实为 {rest.status}")
        expect(rest.body == whole.body[first:], f"从第 {first} 字节续传的内容不对")
        expected = f"bytes {first}-{len(whole.body) - 1}/{len(whole.body)}"
        expect(rest.headers.get("content-range") == expected, f"Content-Range 应为 {expected}")


@check(_SECTION, "续传的部分签名所含的 Repr-Digest 是整体的指纹")
def ranges_speak_of_the_whole(session: Session) -> None:
    """Compare the digest of a range with the whole."""
    whole, etag = _whole(session)
    rest = session.get("/changes", _QUERY, Accept_Encoding="gzip", Range="bytes=9-", If_Range=etag)
    if rest.status != 206:
        raise CannotTell("节点没有按 Range 答复")
    try:
        digest_of_field(rest.headers.get("repr-digest", "")).require(whole.body)
    except SignatureRefused as refusal:
        expect(False, f"Repr-Digest 与整体不符：{refusal.code}")


@check(_SECTION, "内容已变时（If-Range 不符）给出全部，不给拼不起来的部分")
def stale_range_is_whole(session: Session) -> None:
    """Ask for the rest of something else."""
    whole, _ = _whole(session)
    reply = session.get("/changes", _QUERY, Accept_Encoding="gzip", Range="bytes=9-", If_Range='"other"')
    expect(reply.status == 200 and reply.body == whole.body, f"应为 200 和全部内容，实为 {reply.status}")


@check(_SECTION, "超出范围的 Range 以 416 拒绝")
def range_beyond_is_refused(session: Session) -> None:
    """Ask beyond the end."""
    whole, etag = _whole(session)
    beyond = f"bytes={len(whole.body) + 10}-"
    status = session.get("/changes", _QUERY, Accept_Encoding="gzip", Range=beyond, If_Range=etag).status
    expect(status == 416, f"应为 416，实为 {status}")


@check(_SECTION, "附件按指纹取得，内容与指纹相符")
def files_match_their_digests(session: Session) -> None:
    """Fetch a file that a record names."""
    named = [
        file
        for envelope in session.envelopes()
        for file in (envelope.get("record") or {}).get("files", [])
        if isinstance(file, dict)
    ]
    if not named:
        raise CannotTell("资源流中没有带附件的资源")
    for file in named[:3]:
        reply = session.get(f"/files/{file['digest']}")
        expect(reply.status == 200, f"附件应为 200，实为 {reply.status}")
        found = digest_of_field(_field(str(file["digest"])))
        try:
            found.require(reply.body)
        except SignatureRefused:
            expect(False, f"附件 {file['digest']} 的内容与指纹不符")
        expect(
            len(reply.body) == file.get("size"), f"附件大小应为 {file.get('size')}，实为 {len(reply.body)}"
        )


def _field(tagged: str) -> str:
    from rongshu.federation.signing.digests import BodyDigest  # noqa: PLC0415

    return BodyDigest.of_tagged(tagged).field
