"""Addresses of intake on the console listener."""

from django.urls import URLPattern, path

from rongshu.intake.web import runs, signing

_RUN = "runs/<uuid:run_id>"

urlpatterns: list[URLPattern] = [
    path("runs", runs.list_runs, name="intake-runs"),
    path(_RUN, runs.show_run, name="intake-run"),
    path(f"{_RUN}/report", runs.give_report, name="intake-report"),
    path(f"{_RUN}/versions/<uuid:version_id>", runs.show_version, name="intake-version"),
    path(f"{_RUN}/sign", signing.sign, name="intake-sign"),
    path(f"{_RUN}/return", signing.send_back, name="intake-return"),
    path(f"{_RUN}/resume", signing.resume, name="intake-resume"),
    path(f"{_RUN}/inspect", signing.inspect_all, name="intake-inspect"),
]
