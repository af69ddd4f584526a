"""What is true of dictionaries, inspections and what persons said to findings."""

from rongshu.inspection.models.dictionaries import (
    Dictionary,
    DictionaryVersion,
    LexiconState,
    ProposedException,
    TaughtText,
    TextException,
)
from rongshu.inspection.models.inspections import (
    FoundProblem,
    Inspection,
    PictureText,
    Rescan,
    Resolution,
    VisitedPage,
)

__all__ = [
    "Dictionary",
    "DictionaryVersion",
    "FoundProblem",
    "Inspection",
    "LexiconState",
    "PictureText",
    "ProposedException",
    "Rescan",
    "Resolution",
    "TaughtText",
    "TextException",
    "VisitedPage",
]
