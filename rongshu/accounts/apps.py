"""Django application of persons and access."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "rongshu.accounts"
    label = "rongshu_accounts"
    verbose_name = "人员与权限"

    def ready(self) -> None:
        """Register what is done here; keep the built-in roles in step with every migration."""
        from rongshu.accounts.registering import register_accounts, seed_roles  # noqa: PLC0415 - models first

        register_accounts()
        post_migrate.connect(seed_roles, sender=self)
