"""Addresses of the exchange between nodes, on the public listener."""

from typing import Final

from django.urls import URLPattern, URLResolver, path

from rongshu.federation.web import exchange, keys

_BASE: Final = "-/federation/v1"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_BASE}/node", exchange.show_node, name="federation-node"),
    path(f"{_BASE}/keys", keys.show_keys, name="federation-keys"),
    path(f"{_BASE}/changes", exchange.list_changes, name="federation-changes"),
    path(f"{_BASE}/records", exchange.list_records, name="federation-records"),
    path(f"{_BASE}/records/<uuid:resource_id>", exchange.show_record, name="federation-record"),
    path(f"{_BASE}/files/<str:digest>", exchange.show_file, name="federation-file"),
    path(f"{_BASE}/manifest", exchange.show_manifest, name="federation-manifest"),
    path(f"{_BASE}/hints", exchange.take_hints, name="federation-hints"),
    path(f"{_BASE}/reports", exchange.take_reports, name="federation-reports"),
    path(f"{_BASE}/offers", exchange.take_offers, name="federation-offers"),
    path(f"{_BASE}/receipts", exchange.take_receipts, name="federation-receipts"),
    path(f"{_BASE}/uses", exchange.list_uses, name="federation-uses-told"),
    path(f"{_BASE}/pages/<uuid:resource_id>", exchange.follow_page, name="federation-page"),
]
