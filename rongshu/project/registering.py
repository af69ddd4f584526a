"""What only the platform as a whole can know, registered once all models are loaded."""

from __future__ import annotations

from rongshu.console.status import register_section
from rongshu.foundation.seeding import is_registered, register_seed
from rongshu.foundation.worker import register_duty
from rongshu.library.actions.seed_standard import seed_standard
from rongshu.project.host_links import keep_host_links
from rongshu.project.scope_names import register_sites_and_columns
from rongshu.project.status_sections import installation_section, sites_section


def register_platform() -> None:
    """Register the library's standard, the links for nginx, sections of the status page, names of scopes."""
    if not is_registered("信息库标准"):
        register_seed("信息库标准", seed_standard)
    register_duty("host-links", keep_host_links, every=5)
    register_section(installation_section)
    register_section(sites_section)
    register_sites_and_columns()
