"""Django application of sites and columns."""

from django.apps import AppConfig


class SitesConfig(AppConfig):
    name = "rongshu.sites"
    label = "rongshu_sites"
    verbose_name = "站点与栏目"
