"""Leaders: names written almost right, posts that are not theirs, and the order of a list (E1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from rongshu.inspection.findings import Finding, Rule, Severity, Tier
from rongshu.inspection.lexicon import Leader, Lexicon
from rongshu.inspection.passage import Passage

_NAME: Final = Rule("E1-name", "领导人姓名有误", "E1", Severity.SEVERE)
_ORDER: Final = Rule("E1-order", "领导人排序有误", "E1", Severity.SEVERE)
_POST: Final = Rule("E1-post", "领导人职务与词库不符", "E1", Severity.SEVERE, Tier.SUSPECT)

_AFTER_POST: Final = re.compile(
    r"(总书记|国家主席|军委主席|总理|委员长|政协主席|副主席|副总理|国务委员|常委|书记|省长|市长|主席)"
)
_TITLES_AFTER: Final = ("同志", "总书记", "主席", "总理", "委员长")
_CANDIDATE: Final = re.compile(r"[\u4e00-\u9fff]{2,4}")


def check_leaders(passage: Passage, lexicon: Lexicon) -> Iterator[Finding]:
    """Yield wrong names beside posts, wrong posts, and lists in the wrong order."""
    leaders = tuple(leader for layer in lexicon.layers for leader in layer.leaders)
    if not leaders:
        return
    yield from _wrong_names(passage.text, leaders)
    yield from _wrong_order(passage.text, leaders)
    yield from _wrong_posts(passage.text, leaders)


@lru_cache(maxsize=4096)
def _sound(name: str) -> tuple[str, ...]:
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - 57 MB of phrases, only when needed

    return tuple(lazy_pinyin(name, style=Style.NORMAL))


@lru_cache(maxsize=8)
def _by_sound(leaders: tuple[Leader, ...]) -> dict[tuple[str, ...], Leader]:
    return {_sound(leader.name): leader for leader in leaders}


def _wrong_names(text: str, leaders: tuple[Leader, ...]) -> Iterator[Finding]:
    """A name beside a post that sounds like a leader's, or has all but one of three characters."""
    sounds, names = _by_sound(leaders), {leader.name for leader in leaders}
    for start, end in _named_places(text):
        written = text[start:end]
        if written in names:
            continue
        leader = sounds.get(_sound(written)) or next(
            (one for one in leaders if _nearly(written, one.name)), None
        )
        if leader is not None:
            yield _NAME.found(text, start, end, leader.name)


def _named_places(text: str) -> Iterator[tuple[int, int]]:
    """Where a name may stand: right after a post, or right before a title."""
    for match in _AFTER_POST.finditer(text):
        for length in (3, 2):
            if _is_han(text[match.end() : match.end() + length], length):
                yield match.end(), match.end() + length
            begin = match.start() - length
            if match.group() in _TITLES_AFTER and begin >= 0 and _is_han(text[begin : match.start()], length):
                yield begin, match.start()
    place = text.find("同志")
    while place >= 0:
        for length in (3, 2):
            if place >= length and _is_han(text[place - length : place], length):
                yield place - length, place
        place = text.find("同志", place + 2)


def _is_han(text: str, length: int) -> bool:
    return len(text) == length and all("\u4e00" <= sign <= "\u9fff" for sign in text)


def _nearly(written: str, name: str) -> bool:
    if len(written) != len(name) or len(name) < 3:
        return False
    return sum(one == other for one, other in zip(written, name, strict=True)) == len(name) - 1


def _wrong_order(text: str, leaders: Sequence[Leader]) -> Iterator[Finding]:
    """Names joined by the enumeration comma must stand in the order of rank."""
    ranks = {leader.name: leader.rank for leader in leaders}
    present = [name for name in ranks if name in text]
    if len(present) < 2:
        return
    one = "(?:" + "|".join(map(re.escape, present)) + ")"
    for match in re.finditer(f"{one}(?:[、，和]{one})+", text):
        listed = re.split("[、，和]", match.group())
        right = sorted(listed, key=lambda name: ranks[name])
        if listed != right:
            yield _ORDER.found(text, *match.span(), "、".join(right))


def _wrong_posts(text: str, leaders: Sequence[Leader]) -> Iterator[Finding]:
    """A post that belongs to one leader, right before the name of another."""
    posts = {post: leader for leader in leaders for post in leader.posts}
    for leader in leaders:
        place = text.find(leader.name)
        while place >= 0:
            post = next((one for one in posts if text.endswith(one, 0, place)), None)
            if post and post not in leader.posts and posts[post].rank != leader.rank:
                yield _POST.found(
                    text, place - len(post), place + len(leader.name), f"请核实“{post}{leader.name}”的职务"
                )
            place = text.find(leader.name, place + 1)
