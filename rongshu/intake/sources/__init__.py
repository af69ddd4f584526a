"""Sources whose content comes as records: databases, files, list interfaces. Pure of Django's models.

Owns reading them: what fields there are, one record after the other with its key and the position to go on
from, records by key, files that records name. Does not decide what a field means (`rongshu.intake.mapping`)
and stores nothing but the files it is asked for. The fourth way, crawling, is `rongshu.intake.crawling`.
"""

from . import kinds as _kinds  # noqa: F401 - fills the registry
from .errors import RecordUnreadable, SettingsMalformed, SourceAway
from .port import RecordSource, Setting, SourceRecord, open_source, register_source, source_kinds
from .values import digest_of, value_at

__all__ = [
    "RecordSource",
    "RecordUnreadable",
    "Setting",
    "SettingsMalformed",
    "SourceAway",
    "SourceRecord",
    "digest_of",
    "open_source",
    "register_source",
    "source_kinds",
    "value_at",
]
