"""What the library answers. Every read that depends on who asks takes the viewer first."""

from rongshu.library.queries.approvals import batch_versions, get_batch_for, mandate_in_force, mandates_for
from rongshu.library.queries.schemas import schema_of, schemas_of
from rongshu.library.queries.visibility import get_resource_for, get_version_for, recycled, visible

__all__ = [
    "batch_versions",
    "get_batch_for",
    "get_resource_for",
    "get_version_for",
    "mandate_in_force",
    "mandates_for",
    "recycled",
    "schema_of",
    "schemas_of",
    "visible",
]
