"""What the fields of a source's records mean here: element by element, with conversions and a check.

Owns reading a mapping, applying it to a record, and saying beforehand what would go wrong. Does not read
sources (`rongshu.intake.sources`) and stores nothing.
"""

from .applying import FileWish, MappedRecord, Problem, apply_mapping
from .checking import CheckReport, Complaints
from .reading import FieldMapping, FileRule, Rule, read_field_mapping

__all__ = [
    "CheckReport",
    "Complaints",
    "FieldMapping",
    "FileRule",
    "FileWish",
    "MappedRecord",
    "Problem",
    "Rule",
    "apply_mapping",
    "read_field_mapping",
]
