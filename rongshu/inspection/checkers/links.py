"""Links that are broken, hijacked or hidden, as far as their writing shows it (E12)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import SplitResult, urlsplit

from rongshu.foundation.networks import is_public
from rongshu.inspection.findings import Finding, Rule, Severity, Tier
from rongshu.inspection.lexicon import Lexicon
from rongshu.inspection.passage import Passage
from rongshu.library.reading.document import Document, Link

_BROKEN: Final = Rule("E12-broken", "链接地址有误", "E12", Severity.GENERAL)
_PRIVATE: Final = Rule("E12-private", "链接指向内部地址", "E12", Severity.GENERAL)
_DISGUISED: Final = Rule(
    "E12-disguised", "链接显示的网址与实际地址不一致", "E12", Severity.SEVERE, Tier.SUSPECT
)
_HIDDEN: Final = Rule("E12-hidden", "隐藏的链接（暗链）", "E12", Severity.SEVERE)
_SHADY: Final = Rule("E12-shady", "疑似被劫持或违法的外链", "E12", Severity.SEVERE, Tier.SUSPECT)
_SHORTENED: Final = Rule("E12-short", "短网址，无法看出去向", "E12", Severity.HINT)
_LOCAL_FILE: Final = Rule("E12-file", "链接指向本机文件", "E12", Severity.GENERAL)

_WRITTEN: Final = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]{1,2000}", re.IGNORECASE)
_HOST: Final = re.compile(
    r"(?:[a-z0-9\u4e00-\u9fff](?:[a-z0-9\u4e00-\u9fff-]{0,61}[a-z0-9\u4e00-\u9fff])?\.)+[a-z\u4e00-\u9fff][a-z0-9\u4e00-\u9fff-]{1,61}",
    re.IGNORECASE,
)
_SHADY_WORDS: Final = re.compile(
    r"casino|bet365|poker|lottery|porn|sex(?!t)|xxx|viagra|博彩|赌场|赌球|彩票投注|棋牌|娱乐城|葡京|色情|成人网|私服|外挂|代孕|裸聊",
    re.IGNORECASE,
)
_SHORTENERS: Final = frozenset(
    {"t.cn", "dwz.cn", "url.cn", "bit.ly", "suo.im", "tinyurl.com", "t.co", "goo.gl", "u.nu", "0x9.me"}
)
_FINE_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel", "attachment", "resource", "sms", "ftp"})


def check_links(document: Document, lexicon: Lexicon) -> Iterator[Finding]:
    """Yield the links of a document that are wrong."""
    for link in document.links:
        yield from _check_link(document.text, link)


def check_written_addresses(passage: Passage, lexicon: Lexicon) -> Iterator[Finding]:
    """Yield addresses written out in the text that lead nowhere, or where nobody should go."""
    if "://" not in passage.narrow:
        return
    for match in _WRITTEN.finditer(passage.narrow):
        yield from _check_target(passage.text, match.group(), *match.span())


def _check_link(text: str, link: Link) -> Iterator[Finding]:
    target = link.target.strip()
    if link.is_hidden and _leads_outside(target):
        yield _HIDDEN.found(text, link.start, link.end, f"请删除指向 {target[:80]} 的隐藏链接")
    if not target or target == "#":
        yield _BROKEN.found(text, link.start, link.end, "请填写链接地址或取消链接")
        return
    if _SHADY_WORDS.search(link.shown):
        yield _SHADY.found(text, link.start, link.end, f"请核实并删除指向 {target[:80]} 的链接")
    if _is_disguised(link.shown, target):
        yield _DISGUISED.found(text, link.start, link.end, f"请核实：实际指向 {target[:80]}")
    yield from _check_target(text, target, link.start, link.end)


def _check_target(text: str, target: str, start: int, end: int) -> Iterator[Finding]:
    parts = _split(target)
    if parts is None:
        yield _BROKEN.found(text, start, end, "请核实链接地址")
        return
    if parts.scheme and parts.scheme not in _FINE_SCHEMES:
        rule = _LOCAL_FILE if parts.scheme == "file" or len(parts.scheme) == 1 else _BROKEN
        yield rule.found(text, start, end, "请改为可以公开访问的网址")
        return
    if parts.scheme not in {"http", "https"}:
        return
    host = (parts.hostname or "").rstrip(".")
    if _is_private(host):
        yield _PRIVATE.found(text, start, end, "请改为可以公开访问的网址")
    elif not _HOST.fullmatch(host) and not _is_address(host):
        yield _BROKEN.found(text, start, end, "请核实链接中的域名")
    elif host in _SHORTENERS:
        yield _SHORTENED.found(text, start, end, "请改为完整网址")
    elif _SHADY_WORDS.search(host):
        yield _SHADY.found(text, start, end, "请核实并删除该链接")


def _split(target: str) -> SplitResult | None:
    try:
        parts = urlsplit(target)
        _ = parts.port
    except ValueError:
        return None
    return None if any(sign in target for sign in ' <>"\n') and parts.scheme in {"http", "https"} else parts


def _leads_outside(target: str) -> bool:
    return target.lower().startswith(("http://", "https://", "//"))


def _is_disguised(shown: str, target: str) -> bool:
    """Whether the words of a link are themselves an address, of another site."""
    named = re.match(r"\s*(?:https?://)?([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)(?:[/:?#]|\s*$)", shown)
    if named is None or not _leads_outside(target):
        return False
    host = (urlsplit(target).hostname or "").lower()
    written = named.group(1).lower()
    if "." not in written or written.rpartition(".")[2].isdigit():
        return False
    return site_of(written) != site_of(host)


def is_shady(words: str) -> bool:
    """Whether words speak of gambling, pornography and the like."""
    return _SHADY_WORDS.search(words) is not None


def site_of(host: str) -> str:
    """Return the registered domain, roughly: three labels under .gov.cn and the like, two elsewhere."""
    labels = host.removeprefix("www.").split(".")
    two_part = (
        len(labels) > 2 and labels[-1] == "cn" and labels[-2] in {"gov", "com", "org", "net", "edu", "ac"}
    )
    return ".".join(labels[-3 if two_part else -2 :])


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_private(host: str) -> bool:
    if host in {"localhost", "localhost.localdomain"} or host.endswith(
        (".local", ".internal", ".lan", ".localhost")
    ):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return not is_public(host)
