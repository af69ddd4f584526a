"""Deeds come on the standard input as JSON, one a line, and so go their answers.

echo '{"do": "write", "title": "…", "body": "…"}' | python -m rongshu.project.drilling.deeds
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any


def main() -> None:
    """Do the deeds that come, one after the other, until there are no more."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rongshu.project.settings")
    import django  # noqa: PLC0415 - the environment first

    django.setup()
    from rongshu.accounts.queries import recorded_operator  # noqa: PLC0415 - after the setup
    from rongshu.foundation.audit import acting_via  # noqa: PLC0415

    operator, known = recorded_operator(), _known()
    for line in sys.stdin:
        deed = json.loads(line)
        try:
            with acting_via("drill"):
                said = {"answer": known[deed.pop("do")](operator, **deed)}
        except Exception as error:  # noqa: BLE001 - whatever happens is told to whoever asked
            said = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _known() -> dict[str, Callable[..., Any]]:
    from rongshu.project.drilling.deeds import counting, exchanging, writing  # noqa: PLC0415 - after the setup

    return {
        name: deed
        for module in (writing, exchanging, counting)
        for name, deed in vars(module).items()
        if getattr(deed, "__module__", "") == module.__name__ and not name.startswith("_")
    }


if __name__ == "__main__":
    main()
