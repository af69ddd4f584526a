"""Django application of regions and organisations."""

from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    name = "rongshu.organizations"
    label = "rongshu_organizations"
    verbose_name = "区划与机构"

    def ready(self) -> None:
        """Watch the tree: who is where is asked by every deed."""
        from rongshu.foundation.change_marks import watch  # noqa: PLC0415 - models first
        from rongshu.organizations.models import Organization  # noqa: PLC0415 - models first

        watch("organizations", Organization)
