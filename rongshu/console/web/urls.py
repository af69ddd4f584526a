"""Addresses of the console's frame."""

from django.urls import URLPattern, path

from rongshu.console.web import going, views, work

urlpatterns: list[URLPattern] = [
    path("", views.show_my_day, name="my-day"),
    path("functions", views.show_functions, name="console-functions"),
    path("settings/status", views.show_status, name="status"),
    path("-/console/<str:name>", views.serve_asset, name="console-asset"),
    path("-/token", views.give_token, name="console-token"),
    path("find", going.find_things, name="console-find"),
    path("places", going.list_places, name="console-places"),
    path("-/place", going.set_place, name="console-set-place"),
    path("-/waiting", going.show_waiting, name="console-waiting"),
    path("-/theme", views.set_theme, name="console-theme"),
    path("-/lists/<slug:code>/columns", views.set_columns, name="console-columns"),
    path("-/lists/<slug:code>/filters", views.keep_filter, name="console-save-filter"),
    path("-/filters/<uuid:filter_id>/delete", views.drop_filter, name="console-delete-filter"),
    path("work", work.list_work, name="console-long-work"),
    path("work/<uuid:work_id>", work.show_work, name="console-work"),
    path("work/<uuid:work_id>/progress", work.show_progress, name="console-work-progress"),
    path("work/<uuid:work_id>/stop", work.ask_to_stop, name="console-stop-work"),
    path("work/<uuid:work_id>/resume", work.ask_to_resume, name="console-resume-work"),
]
