"""The weights of the formula. Chosen over several collections at once; the benches show what they yield."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from rongshu.search.understanding import Intent


@dataclass(frozen=True)
class TextWeights:
    """What BM25 of a token counts, by field."""

    fields_of_pairs: Mapping[str, float]
    fields_of_words: Mapping[str, float]
    fields_of_characters: Mapping[str, float]
    whole_in_title: float
    """The words of the query one after the other in a title."""
    variant: float
    """Another word of the same meaning, beside one that was typed."""
    filler: float = 0.3
    """What a word that says nothing counts, of what others do."""


@dataclass(frozen=True)
class Profile:
    """All weights. Priors are shares of the query's mass, which is what its best match may score."""

    key_words: TextWeights
    spoken: TextWeights
    number: float = 2.0
    number_parts: float = 1.0
    number_alone: float = 3.0
    """Nothing but a part of a number was asked; again for its year, and for its region."""
    number_newer: float = 0.1
    """Of those, for every quarter, later every year, that one is newer than others."""
    phrase: float = 0.5
    heard: float = 0.5
    """The Chinese that was heard in pinyin or initials stands in it, not only something that sounds alike."""
    named_in_title: float = 0.02
    """A title in 《》 stands in the title."""
    named_itself: float = 0.10
    """It does, and the title doesn't say that this only tells of the document: a reading, answers."""
    in_force: float = 0.25
    intent: float = 0.12
    site: float = 0.05
    region: float = 0.05
    named_region: float = 0.15
    year: float = 0.15
    month: float = 0.10
    authority: Mapping[int, float] = field(default_factory=dict)
    """By the least rank of the publisher: what it adds."""
    standing: Mapping[int, float] = field(default_factory=dict)
    """By the least rank of the law (`standing_of`): what it adds."""
    recent: Mapping[int, float] = field(default_factory=dict)
    """By days since publication at most: what it adds."""
    share: float = 0.5
    """Of the words of a query, how many must be there when not all of them are anywhere."""
    share_spoken: float = 0.15
    share_of_pairs: float = 0.15
    by_kind: Mapping[str, float] = field(default_factory=dict)
    """What a kind adds: a column whose short name is what was typed is seldom what is looked for."""
    by_type: Mapping[str, float] = field(default_factory=dict)
    """What a type adds whatever is wanted: guides and documents are what news tell of."""
    types: Mapping[Intent, tuple[str, ...]] = field(default_factory=dict)


PROFILE: Final = Profile(
    key_words=TextWeights(
        fields_of_pairs={"title_pairs": 1.0, "body_pairs": 0.8},
        fields_of_words={"title_words": 0.6, "heading_words": 0.3, "attachment_words": 0.3},
        fields_of_characters={"title_characters": 0.2},
        whole_in_title=0.6,
        variant=0.7,
    ),
    spoken=TextWeights(
        fields_of_pairs={"title_pairs": 0.2, "body_pairs": 1.1},
        fields_of_words={"title_words": 0.1, "heading_words": 0.1, "attachment_words": 0.1},
        fields_of_characters={"body_characters": 1.0},
        whole_in_title=0.0,
        variant=0.25,
    ),
    authority={40: 0.02, 50: 0.02},
    standing={4: 0.05, 5: 0.10},
    recent={366: 0.03, 1100: 0.02},
    by_kind={"resource": 1.2, "organization": 1.1, "topic": 1.1, "site": 1.0},
    by_type={"service-guide": 0.08, "policy-document": 0.08, "institution": 0.04},
    types={
        Intent.DO: ("service-guide",),
        Intent.WHO: ("institution", "leader"),
        Intent.DOCUMENT: ("policy-document", "regulation"),
    },
)
