"""The conformance kit: our node passes; a node that breaks one rule fails there, and only there."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import orjson
import pytest
from django.core.management import CommandError, call_command

from rongshu.federation.actions.keys import ensure_own_key
from rongshu.federation.conformance.asking import Reply
from rongshu.federation.conformance.checks import Finding, Outcome, all_checks, findings
from rongshu.federation.conformance.reporting import as_json, lines_of, summary
from rongshu.federation.conformance.session import Session
from rongshu.federation.signing import messages
from rongshu.federation.signing.digests import BodyDigest
from rongshu.federation.signing.keys import SigningKey
from rongshu.federation.tests.neighbourhood import (
    Door,
    Neighbour,
    fill_feed,
    foreign_article,
    neighbour_of,
    this_node,
)
from rongshu.federation.tests.sending import SendingNode
from rongshu.publishing.tests.world import World

FORBIDDEN = "type:policy"


@pytest.fixture(scope="module")
def standing(standing: World, django_db_blocker: Any) -> World:
    """The province with eight records to give, one of them withdrawn."""
    with django_db_blocker.unblock():
        fill_feed(standing)
    return standing


@pytest.fixture
def neighbour(world: World) -> Neighbour:
    """A neighbour that may have articles and nothing else, and two of whose own stand on our sites."""
    found = neighbour_of(world, categories=("type:article",))
    for _ in range(2):
        foreign_article(world, found.partner)
    return found


@pytest.fixture
def sender(neighbour: Neighbour) -> Iterator[SendingNode]:
    """A node that answers, but not as the standard says."""
    with SendingNode(neighbour.key).answering() as node:
        yield node


def trial(neighbour: Neighbour, door: Door = this_node) -> dict[str, Finding]:
    """Try a node; return the findings by code."""
    session = Session(neighbour.asker(door), forbidden_category=FORBIDDEN)
    return {finding.check.code: finding for finding in findings(session)}


def failed(found: Mapping[str, Finding]) -> dict[str, str]:
    """Return what failed, with its reason."""
    return {code: one.reason for code, one in found.items() if one.outcome == Outcome.FAILED}


def test_our_node_passes(neighbour: Neighbour) -> None:
    found = trial(neighbour)
    assert failed(found) == {}
    untested = {code for code, one in found.items() if one.outcome == Outcome.UNTESTED}
    # No record has a file, and none is hidden from this neighbour.
    assert untested == {"files-match-their-digests", "forbidden-record-looks-absent"}
    lines = "\n".join(lines_of(found.values()))
    assert "未测" in lines
    assert summary(list(found.values())).startswith(f"通过 {len(found) - 2}")
    assert as_json("http://x", list(found.values()))["counts"]["failed"] == 0


def test_a_record_that_is_not_given_looks_absent(neighbour: Neighbour, world: World) -> None:
    hidden = world.effective(share_type="none")
    session = Session(neighbour.asker(), forbidden_record=hidden.pk, forbidden_category=FORBIDDEN)
    found = {finding.check.code: finding for finding in findings(session)}
    assert found["forbidden-record-looks-absent"].outcome == Outcome.PASSED


def test_without_a_key_only_what_is_public_is_tried(neighbour: Neighbour) -> None:
    asker = replace(neighbour.asker(), key=None)
    found = {one.check.code: one for one in findings(Session(asker))}
    assert failed(found) == {}
    passed = {code for code, one in found.items() if one.outcome == Outcome.PASSED}
    assert {"description-is-complete", "keys-are-published", "unsigned-request-is-refused"} <= passed
    assert "没有给出本方密钥" in found["feed-is-readable"].reason


def test_a_node_that_is_not_known_to_the_other_is_told_so(neighbour: Neighbour) -> None:
    stranger = replace(neighbour, key=SigningKey.generate(uuid4()))
    found = trial(stranger)
    assert {"good-signature-is-accepted", "feed-is-readable"} <= set(failed(found))
    assert "先在被测节点登记" in found["skewed-clock-is-refused"].reason


class Broken:
    """Our node behind something that breaks one rule; what it changes it signs anew, as such a node would."""

    def __init__(self, neighbour: Neighbour) -> None:
        self.neighbour = neighbour

    def again(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Answer what should be refused: sign it for the asker as if nothing was wrong with it."""
        kept = {
            name: value
            for name, value in headers.items()
            if name.lower() not in {"signature", "signature-input", "content-digest", "federation-to"}
        }
        fresh = messages.sign_request(method, url, kept, body, self.neighbour.key, to=ensure_own_key().node)
        return this_node(method, url, fresh, body)

    def changed(self, reply: Reply, body: bytes | None = None, status: int = 0, **headers: str) -> Reply:
        """Change an answer and sign it."""
        kept = {
            name: value
            for name, value in reply.headers.items()
            if name not in {"signature", "signature-input", "repr-digest"}
        }
        kept |= {name.replace("_", "-"): value for name, value in headers.items()}
        content, code = reply.body if body is None else body, status or reply.status
        whole: Any = BodyDigest.of(content) if content else b""
        signed = messages.sign_response(
            code,
            {name: value for name, value in kept.items() if value},
            whole,
            ensure_own_key(),
            asked=reply.asked,
        )
        return Reply(code, {name.lower(): value for name, value in signed.items()}, content, reply.asked)

    def lines(self, reply: Reply, change: Callable[[list[Any], dict[str, Any]], Any]) -> Reply:
        """Change the envelopes of a batch."""
        if reply.status != 200:
            return reply
        read = [orjson.loads(line) for line in reply.plain().split(b"\n") if line]
        envelopes, end = read[:-1], read[-1]
        change(envelopes, end["end"])
        text = b"\n".join(map(orjson.dumps, [*envelopes, end])) + b"\n"
        packed = reply.headers.get("content-encoding") == "gzip"
        return self.changed(reply, gzip.compress(text, mtime=0) if packed else text)


def _parameters(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def _is_batch(method: str, url: str, headers: Mapping[str, str]) -> bool:
    return method == "GET" and "/changes" in url and "Range" not in headers and "If-None-Match" not in headers


Variant = Callable[[Broken, str, str, Mapping[str, str], bytes], Reply]


def _lines_variant(change: Callable[[list[Any], dict[str, Any]], Any], *, when: str = "") -> Variant:
    def answer(broken: Broken, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        reply = this_node(method, url, headers, body)
        # What is resumed has to be what was begun: those batches (limit=5) stay as they are.
        if _is_batch(method, url, headers) and when in url and _parameters(url).get("limit") != "5":
            return broken.lines(reply, change)
        return reply

    return answer


def _again_when(is_wrong: Callable[[Mapping[str, str], str, bytes], bool]) -> Variant:
    def answer(broken: Broken, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        if is_wrong(headers, url, body):
            return broken.again(method, url, headers, body)
        return this_node(method, url, headers, body)

    return answer


def _unsigned(broken: Broken, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
    reply = this_node(method, url, headers, body)
    kept = {name: value for name, value in reply.headers.items() if not name.startswith("signature")}
    return replace(reply, headers=kept)


def _created(headers: Mapping[str, str]) -> datetime:
    found = re.search(r"created=(\d+)", headers.get("Signature-Input", ""))
    return datetime.fromtimestamp(int(found[1]) if found else 0, tz=UTC)


def _is_skewed(headers: Mapping[str, str], url: str, body: bytes) -> bool:
    away = abs(datetime.now(UTC) - _created(headers))
    return "Signature" in headers and away > timedelta(hours=1)


def _replays() -> Variant:
    seen: set[str] = set()

    def is_replayed(headers: Mapping[str, str], url: str, body: bytes) -> bool:
        signature = headers.get("Signature", "")
        if signature and signature in seen:
            return True
        seen.add(signature)
        return False

    return _again_when(is_replayed)


def _for_another(headers: Mapping[str, str], url: str, body: bytes) -> bool:
    return headers.get("Federation-To", str(ensure_own_key().node)) != str(ensure_own_key().node)


def _altered_body(headers: Mapping[str, str], url: str, body: bytes) -> bool:
    return bool(body) and headers.get("Content-Digest") != BodyDigest.of(body).field


def _altered_query(broken: Broken, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
    reply = this_node(method, url, headers, body)
    is_fresh = "Signature" in headers and _parameters(url).get("limit") == "2"
    return broken.again(method, url, headers, body) if reply.status == 401 and is_fresh else reply


def _known_node(broken: Broken, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
    named = re.search(r'keyid="([^#"]+)#', headers.get("Signature-Input", ""))
    if named is not None and named[1] != str(broken.neighbour.node):
        return broken.again(method, url, headers, body)
    return this_node(method, url, headers, body)


def _always_all(broken: Broken, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
    kept = {name: value for name, value in headers.items() if name != "If-None-Match"}
    reply = this_node(method, url, headers, body)
    if "If-None-Match" in headers and reply.status == 304:
        fresh = broken.again(method, url, kept, body)
        return replace(fresh, asked=reply.asked)
    return reply


def _ranges(change: Callable[[Broken, Reply, str, Mapping[str, str]], Reply]) -> Variant:
    def answer(broken: Broken, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        reply = this_node(method, url, headers, body)
        return change(broken, reply, url, headers) if "Range" in headers else reply

    return answer


def _shifted(broken: Broken, reply: Reply, url: str, headers: Mapping[str, str]) -> Reply:
    if reply.status != 206:
        return reply
    return replace(reply, body=b"x" + reply.body[1:])


def _digest_of_part(broken: Broken, reply: Reply, url: str, headers: Mapping[str, str]) -> Reply:
    return broken.changed(reply) if reply.status == 206 else reply


def _mixes(broken: Broken, reply: Reply, url: str, headers: Mapping[str, str]) -> Reply:
    if reply.status != 200:
        return reply
    return broken.changed(reply, reply.body[9:], 206, content_range=f"bytes 9-/{len(reply.body)}")


def _short_range(broken: Broken, reply: Reply, url: str, headers: Mapping[str, str]) -> Reply:
    return broken.changed(reply, b"", 200) if reply.status == 416 else reply


def _answers(matches: Callable[[Reply, str], bool], change: Callable[[Broken, Reply], Reply]) -> Variant:
    def answer(broken: Broken, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        reply = this_node(method, url, headers, body)
        return change(broken, reply) if matches(reply, url) else reply

    return answer


def _told(broken: Broken, reply: Reply, **changes: Any) -> Reply:
    return broken.changed(reply, orjson.dumps({**orjson.loads(reply.body), **changes}))


def _without(broken: Broken, reply: Reply, name: str) -> Reply:
    told = orjson.loads(reply.body)
    del told[name]
    return broken.changed(reply, orjson.dumps(told))


def _uses(broken: Broken, reply: Reply, change: Callable[[dict[str, Any]], Any]) -> Reply:
    uses = orjson.loads(reply.body)["uses"]
    for use in uses:
        change(use)
    return _told(broken, reply, uses=uses)


def _drop_last(envelopes: list[Any], end: dict[str, Any]) -> None:
    if len(envelopes) > 1:
        envelopes.pop()
        end["count"] -= 1


def _swap(envelopes: list[Any], end: dict[str, Any]) -> None:
    if len(envelopes) > 5:
        envelopes[1], envelopes[2] = envelopes[2], envelopes[1]


def _repeat(envelopes: list[Any], end: dict[str, Any]) -> None:
    if len(envelopes) > 5:
        envelopes.insert(1, envelopes[0])
        end["count"] += 1


def _first(change: Callable[[dict[str, Any]], Any]) -> Callable[[list[Any], dict[str, Any]], None]:
    def changed(envelopes: list[Any], end: dict[str, Any]) -> None:
        live = [each for each in envelopes if each["content"]]
        if live:
            change(live[0])

    return changed


def _gone(envelopes: list[Any], end: dict[str, Any]) -> None:
    for each in envelopes:
        if each["record"]["kind"] == "withdrawn":
            each["content"] = {"title": "x"}


def _through(variant: Variant, broken: Broken, *asked: Any) -> Reply:
    return variant(broken, *asked)


VARIANTS: dict[str, tuple[Variant, set[str]]] = {
    "answers are not signed": (_unsigned, {"responses-are-signed"}),
    "takes what is not signed": (
        _again_when(lambda headers, url, body: "/changes" in url and "Signature" not in headers),
        {"unsigned-request-is-refused"},
    ),
    "takes replays": (_replays(), {"replayed-request-is-refused"}),
    "takes any time": (_again_when(_is_skewed), {"skewed-clock-is-refused"}),
    "takes what is for others": (_again_when(_for_another), {"wrong-recipient-is-refused"}),
    "takes any body": (_again_when(_altered_body), {"altered-body-is-refused"}),
    "takes another query than was signed": (_altered_query, {"altered-request-is-refused"}),
    "takes strangers": (_known_node, {"unknown-key-is-refused"}),
    "names no key": (
        _answers(
            lambda reply, url: url.endswith("/keys"), lambda broken, reply: _told(broken, reply, keys=[])
        ),
        {"keys-are-published", "responses-are-signed", "records-are-proven"},
    ),
    "calls its key by another name": (
        _answers(
            lambda reply, url: url.endswith("/keys"),
            lambda broken, reply: _told(
                broken, reply, keys=[{**key, "kid": "a"} for key in orjson.loads(reply.body)["keys"]]
            ),
        ),
        {"keys-are-published"},
    ),
    "speaks another protocol only": (
        _answers(lambda reply, url: url.endswith("/node"), lambda b, r: _told(b, r, protocols=["2"])),
        {"description-is-complete"},
    ),
    "leaves the epoch out of its description": (
        _answers(lambda reply, url: url.endswith("/node"), lambda b, r: _without(b, r, "epoch")),
        {"description-is-complete"},
    ),
    "counts wrong": (
        _lines_variant(lambda envelopes, end: end.update(count=end["count"] + 1)),
        {"batches-count-right"},
    ),
    "loses the last of small batches": (_lines_variant(_drop_last, when="limit=3"), {"nothing-is-left-out"}),
    "gives in another order": (_lines_variant(_swap, when="limit=500"), {"numbers-increase"}),
    "gives one twice": (
        _lines_variant(_repeat, when="limit=500"),
        {"each-resource-comes-once", "numbers-increase"},
    ),
    "leaves the licence out": (
        _lines_variant(_first(lambda each: each.pop("via"))),
        {"envelopes-are-well-formed"},
    ),
    "changes the text on the way": (
        _lines_variant(_first(lambda each: each["content"].update(title="改动"))),
        {"contents-match-their-digests"},
    ),
    "changes what the origin signed": (
        _lines_variant(_first(lambda each: each["record"].update(validity="invalid")), when="limit=500"),
        {"records-are-proven", "single-record-is-the-same"},
    ),
    "keeps the text of what is gone": (
        _lines_variant(_gone),
        {"tombstones-are-bare", "envelopes-are-well-formed"},
    ),
    "never rests": (_always_all, {"idle-is-not-modified"}),
    "resumes at the wrong byte": (_ranges(_shifted), {"transfer-is-resumed"}),
    "digests the part": (_ranges(_digest_of_part), {"ranges-speak-of-the-whole"}),
    "mixes two versions": (_ranges(_mixes), {"stale-range-is-whole"}),
    "takes any range": (_ranges(_short_range), {"range-beyond-is-refused"}),
    "answers in HTML": (
        _answers(
            lambda reply, url: reply.status == 400,
            lambda broken, reply: broken.changed(reply, b"<h1>error</h1>", content_type="text/html"),
        ),
        {"errors-are-problems"},
    ),
    "takes any limit": (
        _answers(
            lambda reply, url: _parameters(url).get("limit") == "0", lambda b, r: b.changed(r, b"{}", 200)
        ),
        {"limits-are-kept"},
    ),
    "takes any cursor": (
        _answers(lambda reply, url: reply.status == 409, lambda b, r: b.changed(r, b"{}", 200)),
        {"foreign-cursor-is-refused"},
    ),
    "hides categories": (
        _answers(lambda reply, url: reply.status == 403, lambda b, r: b.changed(r, status=404)),
        {"forbidden-category-is-refused"},
    ),
    "forgets a record in its manifest": (
        _answers(
            lambda reply, url: url.endswith("/manifest"),
            lambda b, r: _told(b, r, count=orjson.loads(r.body)["count"] - 1),
        ),
        {"manifest-equals-the-feed"},
    ),
    "shortens a bucket": (
        _answers(lambda reply, url: "bucket=" in url, lambda b, r: b.changed(r, r.body[:-3])),
        {"buckets-list-their-lines"},
    ),
    "tells of uses without their places": (
        _answers(
            lambda reply, url: url.endswith("/uses"), lambda b, r: _uses(b, r, lambda use: use.pop("site"))
        ),
        {"uses-are-complete"},
    ),
    "tells of all uses on every page": (
        _answers(
            lambda reply, url: "/uses?limit=1" in url,
            lambda b, r: _uses(b, r, lambda use: use.update(resource=str(ensure_own_key().node))),
        ),
        {"uses-are-paged"},
    ),
    "speaks every protocol": (
        lambda broken, method, url, headers, body: (
            broken.again(method, url, {**headers, "Federation-Protocol": "1"}, body)
            if headers.get("Federation-Protocol") in {"0", "99"}
            else this_node(method, url, headers, body)
        ),
        {"unknown-protocol-is-refused"},
    ),
}


@pytest.mark.slow
def test_a_broken_node_fails_in_the_right_place_only(neighbour: Neighbour) -> None:
    broken, surprises = Broken(neighbour), {}
    for name, (variant, expected) in VARIANTS.items():
        found = failed(trial(neighbour, partial(_through, variant, broken)))
        if set(found) != expected:
            surprises[name] = {"missed": expected - set(found), **found}
    assert not surprises, json.dumps(surprises, ensure_ascii=False, indent=1, default=list)


def test_a_node_that_answers_nonsense_breaks_no_kit(neighbour: Neighbour) -> None:
    for body in (b"", b"[]", b"null", b"{}", b"\xff\x00", b'{"node": 7}'):
        found = trial(neighbour, lambda m, u, h, b, body=body: replace(this_node(m, u, h, b), body=body))  # type: ignore[misc]
        assert "description-is-complete" in failed(found)


@pytest.mark.parametrize(
    ("url", "said"), [("http://127.0.0.1:9", "没有应答"), ("city.example", "http 或 https 网址")]
)
def test_where_nobody_answers_nothing_is_tried(
    url: str, said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    with pytest.raises(CommandError, match=said):
        call_command("federation", "conformance", url, report=report)
    assert capsys.readouterr().out == ""
    assert not report.exists()


def test_the_command_tries_a_node_over_the_network(
    sender: SendingNode, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    with pytest.raises(SystemExit):
        call_command("federation", "conformance", sender.address, report=report)
    assert "节点说明" in capsys.readouterr().out
    assert json.loads(report.read_text())["counts"]["failed"] >= 1


def test_every_check_says_what_it_demands() -> None:
    checks = all_checks()
    assert len(checks) >= 40
    assert len({one.code for one in checks}) == len(checks)
    assert all(one.demand and one.section for one in checks)
