"""Addresses of the working days."""

from django.urls import URLPattern, path

from rongshu.console.calendar import views

urlpatterns: list[URLPattern] = [
    path("settings/calendar", views.show_calendar, name="console-calendar"),
    path("settings/calendar/new", views.set_some, name="console-set-days"),
    path("settings/calendar/<int:year>", views.show_calendar, name="console-calendar-year"),
    path("settings/calendar/<int:year>/notice", views.note, name="console-note-year"),
    path("settings/calendar/days/<str:day>/reset", views.reset, name="console-reset-day"),
]
