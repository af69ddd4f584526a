"""The life of a rendering process. Imports no model at the top: a spawned interpreter has no apps yet."""

from __future__ import annotations

import os
from multiprocessing.connection import Connection

from rongshu.foundation.kinship import die_with_parent


def serve(pipe: Connection, settings_module: str) -> None:
    """Carry out jobs from the pipe until it ends."""
    die_with_parent()
    os.environ["DJANGO_SETTINGS_MODULE"] = settings_module
    import django  # noqa: PLC0415 - a fresh interpreter

    django.setup()
    from rongshu.publishing.renderer import Renderer  # noqa: PLC0415 - needs the apps

    renderer = Renderer()
    while True:
        try:
            job = pipe.recv()
            pipe.send(renderer.carry_out(job))
        except (EOFError, BrokenPipeError, KeyboardInterrupt):
            return
