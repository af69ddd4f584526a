"""The console command `rongshu`: Django's command line with our settings."""

from __future__ import annotations

import os
import sys

WRONG_SETTING = 2


def main() -> None:
    """Run the command named on the command line; what is wrong with a setting is told in one line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rongshu.project.settings")
    if sys.argv[1:2] == ["demo"]:
        os.environ.setdefault("RONGSHU_DEMO", "1")
    from django.conf import settings  # noqa: PLC0415 - read once the environment says which
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415

    try:
        settings.INSTALLED_APPS  # noqa: B018 - reads the settings
    except ImproperlyConfigured as wrong:
        print(f"配置有误：{wrong}", file=sys.stderr)
        sys.exit(WRONG_SETTING)
    _run()


def _run() -> None:
    from django.db import DatabaseError  # noqa: PLC0415 - settings first

    from rongshu.project import command_line, logs  # noqa: PLC0415

    logs.configure("serve" if "serve" in sys.argv[1:2] else "command")
    # A command is a Python module, so `export-all` is export_all.py.
    sys.argv[1:2] = [name if name.startswith("-") else name.replace("-", "_") for name in sys.argv[1:2]]
    try:
        command_line.run(sys.argv)
    except DatabaseError:
        from rongshu.foundation.installation import NotSetUp, has_tables  # noqa: PLC0415 - models loaded

        if has_tables():
            raise
        sys.exit(f"{NotSetUp.sentence}（{NotSetUp.code}）")


if __name__ == "__main__":
    main()
