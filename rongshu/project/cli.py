"""The console command `rongshu`: Django's command line with our settings."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rongshu.project.settings")
    if sys.argv[1:2] == ["demo"]:
        os.environ.setdefault("RONGSHU_DEMO", "1")
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415 - settings first
    from django.core.management import execute_from_command_line  # noqa: PLC0415
    from django.db import DatabaseError  # noqa: PLC0415

    from rongshu.project import logs  # noqa: PLC0415

    try:
        logs.configure("serve" if "serve" in sys.argv[1:2] else "command")
    except ImproperlyConfigured as wrong:
        sys.exit(f"配置有误：{wrong}")
    # A command is a Python module, so `export-all` is export_all.py.
    sys.argv[1:2] = [name if name.startswith("-") else name.replace("-", "_") for name in sys.argv[1:2]]
    try:
        execute_from_command_line(sys.argv)
    except DatabaseError:
        from rongshu.foundation.installation import NotSetUp, has_tables  # noqa: PLC0415 - models loaded

        if has_tables():
            raise
        sys.exit(f"{NotSetUp.sentence}（{NotSetUp.code}）")


if __name__ == "__main__":
    main()
