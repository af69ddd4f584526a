"""Where resources of ours stand on other nodes, as these told when they were asked."""

from __future__ import annotations

from django.db import models

from rongshu.federation.models.partners import Partner
from rongshu.foundation.identifiers import new_id


class UseElsewhere(models.Model):
    """A column of another node's site that shows a resource we gave.

    `node` is whose site it is, `partner` who told us: a hub tells of the nodes behind it, too. What a partner
    no longer tells of is no longer used, and its row goes.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="uses")
    node = models.UUIDField()
    node_name = models.CharField("节点", max_length=100)
    # No foreign key: a purged resource may go while a node still tells of it.
    resource_id = models.UUIDField(db_index=True)
    site = models.CharField("网站", max_length=200)
    column = models.CharField("栏目", max_length=200)
    url = models.CharField("页面", max_length=400)
    since = models.DateTimeField("使用时间")
    told_at = models.DateTimeField("告知时间")

    class Meta:
        verbose_name = verbose_name_plural = "资源在其他节点的使用"
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "node", "resource_id", "url", "column"], name="use_elsewhere_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.node_name} {self.site} · {self.column}"
