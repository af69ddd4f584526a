"""What the library answers. Every read that depends on who asks takes the viewer first."""

from rongshu.library.queries.approvals import batch_versions, get_batch_for, mandate_in_force
from rongshu.library.queries.differences import Differences, differences
from rongshu.library.queries.matching import check_query, effective_matching
from rongshu.library.queries.metadata_sets import MetadataSet, metadata_sets
from rongshu.library.queries.relations import Partner, partners_of
from rongshu.library.queries.revision import revision_of
from rongshu.library.queries.schemas import schema_of, schemas_of
from rongshu.library.queries.topics import topic_members
from rongshu.library.queries.usage import Use, register_uses, usage_trace, where_used
from rongshu.library.queries.visibility import get_resource_for, get_version_for, recycled, visible
from rongshu.library.queries.warnings import PublicationWarning, warnings_before_publication

__all__ = [
    "Differences",
    "MetadataSet",
    "Partner",
    "PublicationWarning",
    "Use",
    "batch_versions",
    "check_query",
    "differences",
    "effective_matching",
    "get_batch_for",
    "get_resource_for",
    "get_version_for",
    "mandate_in_force",
    "metadata_sets",
    "partners_of",
    "recycled",
    "register_uses",
    "revision_of",
    "schema_of",
    "schemas_of",
    "topic_members",
    "usage_trace",
    "visible",
    "warnings_before_publication",
    "where_used",
]
