"""Addresses of the audit."""

from django.urls import URLPattern, path

from rongshu.console.audit import views

urlpatterns: list[URLPattern] = [
    path("audit", views.list_records, name="console-audit"),
    path("audit/verify", views.verify_trail, name="console-verify-audit"),
    path("audit/<uuid:record_id>", views.show_record, name="console-audit-record"),
    path("sign-ins", views.list_sign_ins, name="console-sign-ins"),
    path("sign-ins/unlock", views.unlock_one_address, name="console-unlock-address"),
]
