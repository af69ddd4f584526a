"""Django application of sites and columns."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SitesConfig(AppConfig):
    name = "rongshu.sites"
    label = "rongshu_sites"
    verbose_name = "站点与栏目"

    def ready(self) -> None:
        """Register what is done here; keep the built-in standards in step with every migration."""
        from rongshu.sites.registering import register_sites, seed_standards  # noqa: PLC0415 - models first

        register_sites()
        post_migrate.connect(seed_standards, sender=self)
