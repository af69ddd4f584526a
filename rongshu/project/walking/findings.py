"""What a walk found, in words; kept in a file between the parts of a long walk."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Findings:
    """Requests asked, addresses tried, and each leak and each change that should not have been."""

    requests: int = 0
    names: set[str] = field(default_factory=set)
    leaks: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    # Deeds of one's own that were done, by address: a walk in which nothing succeeds proves little.
    done: Counter[str] = field(default_factory=Counter)
    # Who has walked, where the walk is a long one.
    walked: list[str] = field(default_factory=list)

    def add(self, other: Findings) -> None:
        """Take up what another walk found."""
        self.requests += other.requests
        self.names |= other.names
        self.leaks += other.leaks
        self.changes += other.changes
        self.done += other.done

    def save(self, file: Path) -> None:
        """Write them down."""
        # Not `asdict`: it makes a Counter anew from pairs, and counts the pairs.
        kept = {**vars(self), "names": sorted(self.names)}
        file.write_text(json.dumps(kept, ensure_ascii=False, indent=1))

    @classmethod
    def load(cls, file: Path) -> Findings:
        """Return what was written down."""
        kept = json.loads(file.read_text())
        return cls(**{**kept, "names": set(kept["names"]), "done": Counter(kept["done"])})
