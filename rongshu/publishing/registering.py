"""What the publisher registers with the apps below, once all models are loaded."""

from __future__ import annotations

from rongshu.foundation import consumers
from rongshu.publishing import picturing, planning
from rongshu.publishing.actions.archive_site import archive_closing_site
from rongshu.publishing.duties import register_publishing_duties
from rongshu.publishing.queries.home_preview import preview_home
from rongshu.sites.archiving import register_archiver
from rongshu.sites.previewing import register_home_previewer


def register_publishing() -> None:
    """Follow the events and take part in the worker; archive and preview for the sites."""
    register_home_previewer(preview_home)
    consumers.register(planning.CONSUMER)
    consumers.register(picturing.CONSUMER)
    register_archiver(archive_closing_site)
    register_publishing_duties()
