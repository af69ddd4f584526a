"""Django application of the inspection of content."""

from django.apps import AppConfig


class InspectionConfig(AppConfig):
    name = "rongshu.inspection"
    label = "rongshu_inspection"
    verbose_name = "内容检查"
