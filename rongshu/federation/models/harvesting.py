"""When a resource last changed for those who harvest it."""

from __future__ import annotations

from django.db import models

from rongshu.library.models import Resource


class HarvestEntry(models.Model):
    """A resource in one repository: the library's (`place` is NIL) or a site's (`place` is its id).

    There is a row for everything that readers of the repository ever could see; whether they still can is
    asked of the library and the sites when it is harvested, so a row never tells more than they do. All rows
    of a resource bear the same moment.
    """

    id = models.BigAutoField(primary_key=True)
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="+", db_index=False)
    place = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resource", "place"], name="harvested_once_per_place")]
        indexes = [models.Index(fields=["place", "at", "resource"], name="harvest_by_time")]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.at}"
