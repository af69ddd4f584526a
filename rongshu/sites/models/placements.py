"""A resource put into a site's column."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from rongshu.accounts.models import Person
from rongshu.foundation.identifiers import new_id
from rongshu.library.models import Approval, Resource, ResourceVersion
from rongshu.sites.models.columns import Column, ColumnSelection
from rongshu.sites.models.sites import Site


class Placement(models.Model):
    """One resource in one column, with its own visibility times, order, pin and display title.

    `published_at` repeats the resource's publication date so that lists are one index range.
    `state` says whether readers see it now; the clock moves it by the due-table, so that a page is
    a function of the database alone. `held_version` is set where the column holds updates: the page
    stays on that version until the column's reviewer accepts the next.
    The database enforces: what shows is approved and its resource effective (trigger
    `showing_placement_is_effective`).
    """

    class State(models.TextChoices):
        WAITING = "waiting", "待审"
        SCHEDULED = "scheduled", "待发"
        SHOWING = "showing", "显示"
        ENDED = "ended", "到期"
        REMOVED = "removed", "已移除"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="placements")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="placements")
    column = models.ForeignKey(Column, on_delete=models.PROTECT, related_name="placements")
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    published_at = models.DateTimeField()
    visible_from = models.DateTimeField("显示起", null=True)
    visible_until = models.DateTimeField("显示止", null=True)
    display_title = models.CharField("显示标题", max_length=200, blank=True)
    pin = models.PositiveSmallIntegerField("置顶", default=0)
    manual_order = models.IntegerField("手工排序", null=True)
    is_canonical = models.BooleanField("规范位置", default=False)
    held_version = models.ForeignKey(ResourceVersion, on_delete=models.PROTECT, null=True, related_name="+")
    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, null=True, related_name="+")
    selection = models.ForeignKey(
        ColumnSelection, on_delete=models.PROTECT, null=True, related_name="placements"
    )
    placed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "栏目发布"
        constraints = [
            models.UniqueConstraint(fields=["resource", "column"], name="placed_once_per_column"),
            models.UniqueConstraint(
                fields=["resource"], condition=models.Q(is_canonical=True), name="one_canonical_placement"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="showing") | models.Q(approval__isnull=False),
                name="showing_placement_is_approved",
            ),
            models.CheckConstraint(
                condition=models.Q(visible_from__isnull=True)
                | models.Q(visible_until__isnull=True)
                | models.Q(visible_until__gt=models.F("visible_from")),
                name="placement_period_is_forward",
            ),
        ]
        indexes = [
            models.Index(fields=["column", "state", "published_at", "id"], name="placement_list"),
            models.Index(fields=["site", "state", "published_at", "id"], name="placement_by_site"),
            models.Index(fields=["resource", "site"], name="placement_by_resource"),
            # What the clock is still to show: a handful among millions, on everybody's first page.
            models.Index(
                fields=["visible_from"], name="placement_scheduled", condition=models.Q(state="scheduled")
            ),
            # Page one asks for these alone; among a column's hundred thousand there are a handful.
            models.Index(
                fields=["column"],
                name="placement_ranked",
                condition=models.Q(pin__gt=0) | models.Q(manual_order__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} @ {self.column_id}"
