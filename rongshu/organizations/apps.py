"""Django application of regions and organisations."""

from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    name = "rongshu.organizations"
    label = "rongshu_organizations"
    verbose_name = "区划与机构"
