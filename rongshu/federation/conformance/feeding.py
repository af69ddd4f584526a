"""The feed: envelopes, and the laws of the cursor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import uuid4

from rongshu.federation.conformance.checks import Broken, CannotTell, check, expect
from rongshu.federation.conformance.session import BatchRead, Session, identity_of
from rongshu.federation.envelope import UPSERT, read_envelope, statement_of
from rongshu.federation.errors import EnvelopeMalformed
from rongshu.federation.signing.errors import KeyUnknown, SignatureRefused
from rongshu.federation.signing.proofs import Proof, check_proof
from rongshu.foundation.canonical_json import digest, split_digest
from rongshu.foundation.errors import RongshuError

_SECTION = "资源流"
_SMALL = 3


@check(_SECTION, "GET /changes 以 JSON 行给出批次，末行 end 写明条数、下一游标、最后序号和纪元")
def feed_is_readable(session: Session) -> None:
    """Walk the whole feed in large batches."""
    for batch in session.walk(500):
        expect(isinstance(batch.end.get("epoch"), str), "结束行应有 epoch")


@check(_SECTION, "结束行的 count 等于批次的条数，不超过 limit")
def batches_count_right(session: Session) -> None:
    """Count the lines of each batch."""
    for batch in session.feed():
        expect(
            batch.end["count"] == len(batch.envelopes),
            f"after={batch.after}：count 为 {batch.end['count']}，实有 {len(batch.envelopes)} 条",
        )
    batch = session.batch(0, _SMALL)
    expect(len(batch.envelopes) <= _SMALL, f"limit={_SMALL} 得到 {len(batch.envelopes)} 条")


@check(_SECTION, "每条信封符合 envelope.schema.json")
def envelopes_are_well_formed(session: Session) -> None:
    """Read each envelope."""
    for envelope in session.envelopes():
        try:
            read_envelope(envelope)
        except EnvelopeMalformed as error:
            raise Broken(f"序号 {envelope.get('number')}：{error.fields}") from error


@check(_SECTION, "序号严格递增，大于 after")
def numbers_increase(session: Session) -> None:
    """Compare each number with the one before."""
    session.some_envelopes(2)
    before = 0
    for batch in session.feed():
        before = max(before, batch.after)
        for envelope in batch.envelopes:
            number = envelope.get("number")
            if type(number) is not int or number <= before:
                raise Broken(f"序号 {number} 排在 {before} 之后")
            before = number
        expect(batch.end["next"] >= before, f"next={batch.end['next']} 小于批内最后序号 {before}")


@check(_SECTION, "小批次与大批次走完得到同样的资源，一条不少")
def nothing_is_left_out(session: Session) -> None:
    """Walk in small batches and compare."""
    whole = Counter(map(identity_of, session.some_envelopes(2)))
    small = Counter(map(identity_of, _all_of(session.walk(_SMALL))))
    missing = [resource for resource, _ in (whole.keys() - small.keys())]
    expect(not missing, f"小批次缺少 {missing[:3]}")
    extra = [resource for resource, _ in (small.keys() - whole.keys())]
    expect(not extra, f"大批次缺少 {extra[:3]}")


@check(_SECTION, "每个资源在资源流中只在最新的位置出现一次")
def each_resource_comes_once(session: Session) -> None:
    """Count ids."""
    counted = Counter(identity_of(envelope)[0] for envelope in session.envelopes())
    twice = [resource for resource, count in counted.items() if count > 1]
    expect(not twice, f"出现多次：{twice[:3]}")


@check(_SECTION, "同一游标再问一次，得到同样的内容")
def same_cursor_same_answer(session: Session) -> None:
    """Ask twice."""
    session.envelopes()
    first, again = session.batch(0, 7), session.batch(0, 7)
    if first.end["last"] != again.end["last"]:
        raise CannotTell("两次询问之间资源流有了变化")
    expect(first.envelopes == again.envelopes, "两次得到的内容不同")


@check(_SECTION, "从任何位置重新开始，得到其后的全部")
def any_cursor_may_begin(session: Session) -> None:
    """Begin in the middle."""
    found = session.some_envelopes(4)
    middle = found[len(found) // 2]
    rest = {identity_of(each) for each in found[len(found) // 2 + 1 :]}
    batch = session.batch(int(middle["number"]), 500)
    expect(
        batch.end["next"] < batch.end["last"] or {identity_of(each) for each in batch.envelopes} == rest,
        f"从序号 {middle['number']} 继续，得到的与整体不符",
    )


@check(_SECTION, "limit 和 after 不合规定时以 400 拒绝")
def limits_are_kept(session: Session) -> None:
    """Ask for nonsense."""
    wrong = ({"limit": 0}, {"limit": -1}, {"limit": 10**9}, {"after": -1}, {"after": "x"}, {"limit": "many"})
    for parameters in wrong:
        status = session.get("/changes", parameters).status
        expect(status == 400, f"{parameters} 应为 400，实为 {status}")


@check(_SECTION, "超前的游标和别的纪元以 409 拒绝，写明现在的纪元")
def foreign_cursor_is_refused(session: Session) -> None:
    """Ask beyond the end, and in another epoch."""
    last = session.feed()[-1].end["last"]
    for parameters in ({"after": last + 1_000_000}, {"after": max(last, 1), "epoch": uuid4()}):
        reply = session.get("/changes", parameters)
        expect(reply.status == 409, f"{parameters} 应为 409，实为 {reply.status}")


@check(_SECTION, "每条记录都有来源节点的签名，来源的密钥在 /keys 中公布或担保")
def records_are_proven(session: Session) -> None:
    """Verify the proof of each record."""
    ring = session.keyring()
    for envelope in session.envelopes():
        try:
            said = statement_of(envelope["record"])
            check_proof(said, Proof.of_json(envelope["proof"]), ring)
        except KeyUnknown as unknown:
            raise Broken(f"序号 {envelope.get('number')}：来源节点的密钥没有公布，也没有担保") from unknown
        except SignatureRefused as refusal:
            raise Broken(f"序号 {envelope.get('number')}：{refusal.code}") from refusal
        except (KeyError, TypeError, ValueError, RongshuError):
            continue  # the form of envelopes is another check's


@check(_SECTION, "内容的规范 JSON（RFC 8785）的指纹等于记录所说的")
def contents_match_their_digests(session: Session) -> None:
    """Digest each content anew."""
    for envelope in session.envelopes():
        record, content = envelope.get("record"), envelope.get("content")
        if not isinstance(record, dict) or record.get("kind") != UPSERT or not isinstance(content, dict):
            continue
        said = str(record.get("digest"))
        try:
            found = digest(content, algorithm=split_digest(said)[0])
        except RongshuError as error:
            raise Broken(f"序号 {envelope.get('number')}：{error.message}") from error
        expect(found == said, f"序号 {envelope.get('number')}：内容的指纹为 {found}，记录所说为 {said}")


@check(_SECTION, "撤回和清除留下墓碑，不带内容")
def tombstones_are_bare(session: Session) -> None:
    """Look at what is gone."""
    gone = [each for each in session.envelopes() if _kind(each) in {"withdrawn", "purged"}]
    if not gone:
        raise CannotTell("资源流中没有撤回或清除的资源")
    for envelope in gone:
        expect(envelope.get("content") is None, f"序号 {envelope.get('number')} 已撤回，仍带有内容")


@check(_SECTION, "来自本方的记录和经过本方的记录不再送回，不成环")
def nothing_comes_back(session: Session) -> None:
    """Look for ourselves as the origin, or on the way."""
    own = str(session.asker.own_key.node)
    for envelope in session.envelopes():
        record = envelope.get("record")
        origin = record.get("origin", {}).get("node") if isinstance(record, dict) else None
        expect(
            origin != own and own not in envelope.get("via", []), f"序号 {envelope.get('number')} 又送了回来"
        )


def _kind(envelope: dict[str, object]) -> object:
    record = envelope.get("record")
    return record.get("kind") if isinstance(record, dict) else None


def _all_of(batches: Iterable[BatchRead]) -> list[dict[str, object]]:
    return [envelope for batch in batches for envelope in batch.envelopes]
