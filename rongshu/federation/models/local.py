"""What this node says of itself to others."""

from __future__ import annotations

from django.db import models

from rongshu.federation.models.partners import Partner


class LocalNode(models.Model):
    """The single row: our role, the address others reach us by, and the profile we were set up after."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    role = models.CharField("角色", max_length=20, choices=Partner.Role.choices, default=Partner.Role.PEER)
    base_url = models.CharField("对外网址", max_length=300, blank=True)
    region_code = models.CharField("区划代码", max_length=12, blank=True)
    profile = models.SlugField("区域方案", max_length=40, blank=True)
    licence = models.CharField("使用许可", max_length=200, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="local_node_is_single")]

    def __str__(self) -> str:
        return self.role
