"""The console command `rongshu`: Django's command line with our settings."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rongshu.project.settings")
    if sys.argv[1:2] == ["demo"]:
        os.environ.setdefault("RONGSHU_DEMO", "1")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - settings first

    from rongshu.project import logs  # noqa: PLC0415

    logs.configure("serve" if "serve" in sys.argv[1:2] else "command")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
