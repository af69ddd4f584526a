"""Django application of the information resource library."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "rongshu.library"
    label = "rongshu_library"
    verbose_name = "信息资源库"
