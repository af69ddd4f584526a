"""Fail when a setting, command, event or rule has no entry in the documentation."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


def settings_without_docs() -> Iterator[str]:
    """Every environment variable stands in docs/settings.md."""
    from rongshu.project.environment import VARIABLES  # noqa: PLC0415 - after the environment is set

    text = (DOCS / "settings.md").read_text()
    for variable in VARIABLES:
        if f"`{variable.name}`" not in text:
            yield f"docs/settings.md: setting {variable.name} is missing"


def commands_without_docs() -> Iterator[str]:
    """Every management command stands in docs/commands.md as `rongshu NAME`."""
    text = (DOCS / "commands.md").read_text()
    for file in sorted(ROOT.glob("rongshu/*/management/commands/*.py")):
        if file.stem != "__init__" and not re.search(rf"`rongshu {re.escape(file.stem)}\b", text):
            yield f"docs/commands.md: command {file.stem} is missing"


def events_without_docs() -> Iterator[str]:
    """Every event class stands in docs/events.md."""
    from rongshu.foundation.events import DomainEvent  # noqa: PLC0415 - after django is set up

    text = (DOCS / "events.md").read_text()
    for event in all_subclasses(DomainEvent):
        is_ours = event.__module__.startswith("rongshu.") and ".tests." not in event.__module__
        if is_ours and f"`{event.__name__}`" not in text:
            yield f"docs/events.md: event {event.__name__} is missing"


def all_subclasses(root: type) -> Iterator[type]:
    """Yield every class below `root`."""
    for child in root.__subclasses__():
        yield child
        yield from all_subclasses(child)


def main() -> int:
    """Print what is missing."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["RONGSHU_DATA"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rongshu.project.settings")
        import django  # noqa: PLC0415 - after the environment is set

        django.setup()
        found = [*settings_without_docs(), *commands_without_docs(), *events_without_docs()]
    print("\n".join(found) or "docs complete")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
