"""What the library holds, by noun."""

from rongshu.library.models.approvals import (
    Approval,
    ApprovalBatch,
    ApprovalSignature,
    Mandate,
    MandateSigner,
)
from rongshu.library.models.classification import (
    Category,
    CategoryScheme,
    Classification,
    ClassificationEntry,
)
from rongshu.library.models.counts import CallsOnDay, ResourceCalls, StoredOnDay
from rongshu.library.models.files import StoredFile, VersionFile
from rongshu.library.models.fingerprints import FingerprintBand, VersionFingerprint
from rongshu.library.models.relations import ResourceRelation, TopicMember, TopicSelection
from rongshu.library.models.resources import IndexNumberCounter, Resource, ShareGrant, Tombstone
from rongshu.library.models.standards import (
    ElementName,
    FieldDefinition,
    LibraryStandard,
    ResourceType,
    SourceApp,
)
from rongshu.library.models.versions import ResourceVersion

__all__ = [
    "Approval",
    "ApprovalBatch",
    "ApprovalSignature",
    "CallsOnDay",
    "Category",
    "CategoryScheme",
    "Classification",
    "ClassificationEntry",
    "ElementName",
    "FieldDefinition",
    "FingerprintBand",
    "IndexNumberCounter",
    "LibraryStandard",
    "Mandate",
    "MandateSigner",
    "Resource",
    "ResourceCalls",
    "ResourceRelation",
    "ResourceType",
    "ResourceVersion",
    "ShareGrant",
    "SourceApp",
    "StoredFile",
    "StoredOnDay",
    "Tombstone",
    "TopicMember",
    "TopicSelection",
    "VersionFile",
    "VersionFingerprint",
]
