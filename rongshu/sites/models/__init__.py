"""Sites, columns, placements, blocks and old addresses."""

from rongshu.sites.models.addresses import LegacyAddress, LegacyHost, VerificationFile
from rongshu.sites.models.blocks import Block
from rongshu.sites.models.columns import Column, ColumnSelection, ColumnStandard
from rongshu.sites.models.placements import Placement
from rongshu.sites.models.sites import Site, SiteStatusChange

__all__ = [
    "Block",
    "Column",
    "ColumnSelection",
    "ColumnStandard",
    "LegacyAddress",
    "LegacyHost",
    "Placement",
    "Site",
    "SiteStatusChange",
    "VerificationFile",
]
