"""Django application of persons and access."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "rongshu.accounts"
    label = "rongshu_accounts"
    verbose_name = "人员与权限"
