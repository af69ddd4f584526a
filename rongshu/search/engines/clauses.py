"""What to look for, in a language that every engine translates into its own.

Scores add up: BM25 of terms and phrases, constant scores and boosts. What can't be said here the same way for
every engine is done after the search, in Python.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class Clause:
    """Base of all clauses."""


@dataclass(frozen=True)
class Term(Clause):
    """A token stands in a text field (BM25), or an exact value in another (the score is 1)."""

    field: str
    text: str


@dataclass(frozen=True)
class Phrase(Clause):
    """Tokens stand in a text field one after the other, with at most `slop` moves between them."""

    field: str
    tokens: tuple[str, ...]
    slop: int = 0


@dataclass(frozen=True)
class Prefix(Clause):
    """A token or value that begins with `text` stands in a field; the score is 1.

    Engines refuse endless ones: beyond `LONGEST` characters it finds nothing.
    """

    LONGEST: ClassVar[int] = 100
    field: str
    text: str


@dataclass(frozen=True)
class OneOf(Clause):
    """One of several exact values stands in a field; the score is 1."""

    field: str
    values: tuple[str | int, ...]


@dataclass(frozen=True)
class Range(Clause):
    """A number lies in a range: `at_least` ≤ value < `below`; the score is 1."""

    field: str
    at_least: int | None = None
    below: int | None = None


@dataclass(frozen=True)
class All(Clause):
    """Every one of them; scores add up."""

    of: tuple[Clause, ...]


@dataclass(frozen=True)
class Any(Clause):
    """At least `minimum` of them; scores add up. With `minimum` 0 they only lift what others found."""

    of: tuple[Clause, ...]
    minimum: int = 1


@dataclass(frozen=True)
class Best(Clause):
    """Any of them; the best score counts, and `tie` times the others (dis-max)."""

    of: tuple[Clause, ...]
    tie: float = 0.0


@dataclass(frozen=True)
class Without(Clause):
    """`clause`, but nothing that matches `but`."""

    clause: Clause
    but: Clause


@dataclass(frozen=True)
class Constant(Clause):
    """Whatever matches scores the same."""

    clause: Clause
    score: float


@dataclass(frozen=True)
class Boost(Clause):
    """Scores are multiplied."""

    clause: Clause
    by: float


@dataclass(frozen=True)
class Everything(Clause):
    """Every document; the score is 1."""


@dataclass(frozen=True)
class Nothing(Clause):
    """No document."""
