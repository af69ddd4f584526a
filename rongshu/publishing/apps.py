"""Django application of the publisher."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "rongshu.publishing"
    label = "rongshu_publishing"
    verbose_name = "发布"
