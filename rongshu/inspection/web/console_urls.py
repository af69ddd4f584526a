"""Addresses of the inspection in the console."""

from django.urls import URLPattern, path

from rongshu.inspection.web import checking, dictionaries, exceptions, findings, rescans

urlpatterns: list[URLPattern] = [
    path("check", checking.check_text, name="inspection-check"),
    path("versions/<uuid:version_id>", findings.show_findings, name="inspection-findings"),
    path("versions/<uuid:version_id>/inspect", findings.inspect, name="inspection-inspect"),
    path("versions/<uuid:version_id>/mask", findings.mask, name="inspection-mask"),
    path("findings/<uuid:finding_id>/resolve", findings.resolve, name="inspection-resolve"),
    path("dictionaries", dictionaries.list_dictionaries, name="inspection-dictionaries"),
    path("dictionaries/new", dictionaries.begin_dictionary, name="inspection-new-dictionary"),
    path("dictionaries/try", dictionaries.try_text, name="inspection-try"),
    path("dictionaries/<uuid:dictionary_id>", dictionaries.show_dictionary, name="inspection-dictionary"),
    path("dictionaries/<uuid:dictionary_id>/import", dictionaries.import_file, name="inspection-import"),
    path("dictionaries/<uuid:dictionary_id>/switch", dictionaries.switch, name="inspection-switch"),
    path("exceptions", exceptions.list_exceptions, name="inspection-exceptions"),
    path("exceptions/revoke", exceptions.revoke, name="inspection-revoke"),
    path("exceptions/proposals", exceptions.list_proposals, name="inspection-proposals"),
    path("exceptions/proposals/accept", exceptions.accept, name="inspection-accept"),
    path("exceptions/proposals/decline", exceptions.decline, name="inspection-decline"),
    path("rescans", rescans.list_rescans, name="inspection-rescans"),
    path("rescans/new", rescans.begin_rescan, name="inspection-new-rescan"),
    path("rescans/<uuid:rescan_id>", rescans.show_rescan, name="inspection-rescan"),
]
