"""Addresses of the console's screens of 站点与栏目."""

from django.urls import URLPattern, path

from rongshu.sites.web import (
    addresses,
    columns,
    life,
    looks,
    mandates,
    monitor,
    navigation,
    placements,
    selections,
    sites,
)

_COLUMN = "sites/<slug:slug>/columns/<uuid:column_id>"

urlpatterns: list[URLPattern] = [
    path("sites", sites.list_sites, name="sites"),
    path("new-site", sites.found_site, name="site-new"),
    path("columns/monitor", monitor.show_monitor, name="column-monitor"),
    path("sites/<slug:slug>", sites.show_site, name="site"),
    path("sites/<slug:slug>/edit", sites.edit_site, name="site-edit"),
    path("sites/<slug:slug>/step/<slug:step>", life.take, name="site-step"),
    path("sites/<slug:slug>/navigation", navigation.show_navigation, name="site-navigation"),
    path("sites/<slug:slug>/navigation/change", navigation.change_navigation, name="site-change-navigation"),
    path("sites/<slug:slug>/columns", columns.show_columns, name="site-columns"),
    path("sites/<slug:slug>/columns/new", columns.add_column, name="column-new"),
    path("sites/<slug:slug>/columns/arrange", columns.arrange, name="columns-arrange"),
    path(
        "sites/<slug:slug>/columns/standard/<slug:standard>", columns.take_standard, name="columns-standard"
    ),
    path(f"{_COLUMN}/edit", columns.edit_column, name="column-edit"),
    path(f"{_COLUMN}/move", columns.relocate_column, name="column-move"),
    path(f"{_COLUMN}/close", columns.close_column, name="column-close"),
    path(f"{_COLUMN}/content", placements.list_placements, name="column-content"),
    path(f"{_COLUMN}/order", placements.order, name="placements-order"),
    path(f"{_COLUMN}/selections/new", selections.make_selection, name="column-selection-new"),
    path("columns/selections", selections.list_selections, name="column-selections"),
    path("columns/selections/<uuid:selection_id>", selections.show_selection, name="column-selection"),
    path("columns/selections/<uuid:selection_id>/sign", selections.sign, name="column-selection-sign"),
    path("columns/selections/<uuid:selection_id>/stop", selections.stop, name="column-selection-stop"),
    path("placements/approve", placements.approve_placements, name="placements-approve"),
    path("placements/remove", placements.remove_placements, name="placements-remove"),
    path("placements/<uuid:placement_id>", placements.edit_placement, name="placement-edit"),
    path("placements/<uuid:placement_id>/move", placements.relocate_placement, name="placement-move"),
    path("sites/<slug:slug>/blocks", looks.show_blocks, name="site-blocks"),
    path("sites/<slug:slug>/blocks/new", looks.add_block, name="block-new"),
    path("sites/<slug:slug>/blocks/arrange", looks.arrange_blocks, name="blocks-arrange"),
    path("sites/<slug:slug>/blocks/<slug:key>/edit", looks.edit_block, name="block-edit"),
    path("sites/<slug:slug>/theme", looks.edit_theme, name="site-theme"),
    path("sites/<slug:slug>/preview", looks.preview, name="site-preview"),
    path("sites/<slug:slug>/addresses", addresses.list_addresses, name="site-addresses"),
    path("sites/<slug:slug>/addresses/new", addresses.add_address, name="address-new"),
    path("mandates", mandates.list_mandates, name="mandates"),
    path("mandates/<uuid:mandate_id>", mandates.show, name="mandate"),
    path("mandates/<uuid:mandate_id>/sign", mandates.sign, name="mandate-sign"),
    path("mandates/<uuid:mandate_id>/revoke", mandates.revoke, name="mandate-revoke"),
    path("sites/<slug:slug>/mandates", mandates.list_of_site, name="site-mandates"),
    path("sites/<slug:slug>/mandates/new", mandates.give, name="mandate-new"),
    path("sites/<slug:slug>/files", addresses.list_files, name="site-files"),
    path("sites/<slug:slug>/files/new", addresses.add_file, name="file-new"),
    path("sites/<slug:slug>/files/<uuid:file_id>/delete", addresses.drop_file, name="file-drop"),
]
