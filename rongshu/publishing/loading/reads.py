"""What one page reads, carries and leads to, noted while it is loaded."""

from __future__ import annotations

import dataclasses
import hashlib
from uuid import UUID

from rongshu.publishing import addresses
from rongshu.publishing.keys import (
    ReadKey,
    reads_column,
    reads_list,
    reads_outbound,
    reads_resource,
    reads_site,
)
from rongshu.publishing.products import CarriedFile


@dataclasses.dataclass(slots=True)
class Reads:
    """The notes of one page. `foreign`: read, but not placed on this site."""

    keys: set[ReadKey] = dataclasses.field(default_factory=set)
    foreign: set[ReadKey] = dataclasses.field(default_factory=set)
    files: dict[str, CarriedFile] = dataclasses.field(default_factory=dict)
    outbound: dict[str, str] = dataclasses.field(default_factory=dict)

    def resource(self, resource_id: UUID, *, is_placed_here: bool = True) -> None:
        """Note that a resource was read."""
        key = reads_resource(resource_id)
        self.keys.add(key)
        if not is_placed_here:
            self.foreign.add(key)

    def column(self, column_id: UUID) -> None:
        """Note that a column's elements were read."""
        self.keys.add(reads_column(column_id))

    def list(self, column_id: UUID) -> None:
        """Note that the newest entries of a column were read."""
        self.keys.add(reads_list(column_id))

    def site(self, site_id: UUID) -> None:
        """Note that another site's name or address was read."""
        self.keys.add(reads_site(site_id))

    def file(self, digest: str, name: str) -> str:
        """Have the page carry a stored file; return the file's address."""
        path = addresses.file_path(digest, name)
        self.files[path] = CarriedFile(path, digest)
        return addresses.file_url(path)

    def leaving(self, url: str) -> str:
        """Note a link that leads off government websites; return the address of the notice before it."""
        digest = hashlib.sha256(url.encode()).hexdigest()[:32]
        self.outbound[digest] = url
        self.keys.add(reads_outbound(digest))
        return f"/-/leave?u={digest}"
