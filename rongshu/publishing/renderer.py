"""What a rendering process does with a job."""

from __future__ import annotations

from pathlib import Path

from django.db import close_old_connections

from rongshu.publishing.crew import Job
from rongshu.publishing.manifest import Manifest
from rongshu.publishing.products import Failed, Staged
from rongshu.publishing.staging import Workshop
from rongshu.publishing.writing import Stager


class Renderer:
    """Keeps a site's manifest open (to read) and its stager from job to job."""

    def __init__(self) -> None:
        self.workshop = Workshop()
        self._manifest: Manifest | None = None
        self._stager: Stager | None = None
        self._opened: tuple[object, str] | None = None

    def carry_out(self, job: Job) -> list[Staged | Failed]:
        """Make the pages of a job; whatever goes wrong comes back as failed pages."""
        close_old_connections()
        try:
            if self._opened != (job.site_id, job.token) or self._manifest is None or self._stager is None:
                self._open(job)
            assert self._manifest is not None  # noqa: S101 - opened above
            assert self._stager is not None  # noqa: S101
            self.workshop.contexts.expire(job.site_id)
            return self.workshop.work(job.site_id, self._manifest, self._stager, job.orders)
        except Exception as error:  # noqa: BLE001 - the publisher keeps the pages and the reason
            reason = f"{type(error).__name__}: {error}"
            return [Failed(order.key, order.serial, reason) for order in job.orders]

    def _open(self, job: Job) -> None:
        if self._manifest is not None:
            self._manifest.close()
        self._manifest = Manifest(Path(job.manifest_file), is_writer=False)
        self._stager = Stager(job.slug, job.token)
        self._opened = (job.site_id, job.token)
