"""What may be asked about sites, columns, placements and old addresses."""

from rongshu.sites.queries.addresses import legacy_key, legacy_target
from rongshu.sites.queries.columns import (
    ColumnNode,
    column_at,
    column_tree,
    columns_for,
    get_column_for,
    navigation,
)
from rongshu.sites.queries.placements import (
    canonical_placement,
    get_placement_for,
    placements_for,
    placements_showing,
    where_shown,
)
from rongshu.sites.queries.sites import (
    announced_closing,
    get_site_for,
    present_status_change,
    site_at_host,
    site_named,
    sites_for,
)

__all__ = [
    "ColumnNode",
    "announced_closing",
    "canonical_placement",
    "column_at",
    "column_tree",
    "columns_for",
    "get_column_for",
    "get_placement_for",
    "get_site_for",
    "legacy_key",
    "legacy_target",
    "navigation",
    "placements_for",
    "placements_showing",
    "present_status_change",
    "site_at_host",
    "site_named",
    "sites_for",
    "where_shown",
]
