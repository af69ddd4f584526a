"""An access log of the old site, asked again: does every address that readers used have an answer?"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rongshu.intake.access_logs import AskedFor, read_log
from rongshu.intake.models import IntakeRun
from rongshu.intake.queries.answers import OldAnswer, answers_to, host_and_uri
from rongshu.intake.queries.chain import root_of
from rongshu.sites.queries.addresses import normal_host

# What a page is dressed in; nobody keeps a bookmark of it, and the new pages have their own.
_DRESS: Final = re.compile(
    r"\.(?:css|js|map|ico|woff2?|ttf|eot|otf|svg|swf|cur|htc)$|^/(?:robots\.txt|favicon|apple-touch-icon)",
    re.IGNORECASE,
)
_PICTURE: Final = re.compile(r"\.(?:gif|jpe?g|png|bmp|webp)$", re.IGNORECASE)
UNMAPPED, DRESS = "unmapped", "dress"


@dataclass
class Replay:
    """Requests and distinct addresses by what they are answered with; the unmapped ones by how often."""

    asked: AskedFor
    requests: Counter[str] = field(default_factory=Counter)
    addresses: Counter[str] = field(default_factory=Counter)
    unmapped: Counter[str] = field(default_factory=Counter)
    foreign: Counter[str] = field(default_factory=Counter)

    def as_dict(self) -> dict[str, Any]:
        """The JSON of `rongshu intake replay`."""
        return {
            "lines": self.asked.lines,
            "unreadable_lines": self.asked.unreadable,
            "refused_by_old_server": self.asked.failed,
            "other_methods": self.asked.other,
            "requests": dict(self.requests.most_common()),
            "addresses": dict(self.addresses.most_common()),
            "other_hosts": dict(self.foreign.most_common()),
            "unmapped": [{"url": url, "requests": count} for url, count in self.unmapped.most_common()],
        }


def replay_of(run: IntakeRun, log: Path, *, host: str = "") -> Replay:
    """Return what the requests of a log are answered with after the switch.

    A log that does not name hosts is taken for one of `host`, or of the host the run began with. Pictures
    that no article names, style sheets and scripts dress the old pages: they are counted apart.
    """
    root = root_of(run)
    own = normal_host(host or host_and_uri(root.source)[0] or next(iter(root.old_hosts), ""))
    asked = read_log(log)
    replay = Replay(asked)
    by_host: dict[str, dict[str, int]] = defaultdict(dict)
    for (named, uri), count in asked.requests.items():
        at = normal_host(named) if named else own
        if at in root.old_hosts or at == own:
            by_host[at][uri] = by_host[at].get(uri, 0) + count
        else:
            replay.foreign[at] += count
    for at, counts in by_host.items():
        for answer in answers_to(at, counts):
            _note(replay, answer, counts[answer.request_uri])
    return replay


def _note(replay: Replay, answer: OldAnswer, count: int) -> None:
    kind: str = answer.kind
    if kind == UNMAPPED and _is_dress(answer.request_uri):
        kind = DRESS
    replay.requests[kind] += count
    replay.addresses[kind] += 1
    if kind == UNMAPPED:
        replay.unmapped[f"{answer.host}{answer.request_uri}"] += count


def _is_dress(request_uri: str) -> bool:
    path = request_uri.partition("?")[0]
    return bool(_DRESS.search(path) or _PICTURE.search(path))
