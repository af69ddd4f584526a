"""What the database refuses: changing a dictionary's version, or what a person said to a finding."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from rongshu.foundation.immutability import Trigger

_VERSION = "rongshu_inspection_dictionaryversion"
_SAID = "rongshu_inspection_resolution"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("rongshu_inspection", "0001_initial")]
    operations: ClassVar = [
        Trigger(
            "dictionary_version_unchanged", table=_VERSION, event="UPDATE", condition="1 = 1",
            message="a version of a dictionary is never changed",
        ),
        Trigger(
            "dictionary_version_kept", table=_VERSION, event="DELETE", condition="1 = 1",
            message="a version of a dictionary is never deleted",
        ),
        Trigger(
            "resolution_unchanged", table=_SAID, event="UPDATE", condition="1 = 1",
            message="what was said to a finding is never changed",
        ),
        Trigger(
            "resolution_kept", table=_SAID, event="DELETE", condition="1 = 1",
            message="what was said to a finding is never deleted",
        ),
    ]  # fmt: skip
