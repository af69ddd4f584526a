"""Addresses of the console's screens of 信息资源库."""

from django.urls import URLPattern, path

from rongshu.library.web import overview, recycle_bin, resources

urlpatterns: list[URLPattern] = [
    path("overview", overview.show_overview, name="library-overview"),
    path("resources", resources.list_resources, name="library-resources"),
    path("resources/<uuid:resource_id>", resources.show_resource, name="library-resource"),
    path("resources/<uuid:resource_id>/compare", resources.compare, name="library-compare"),
    path("resources/<uuid:resource_id>/classify", resources.classify, name="library-classify"),
    path("resources/<uuid:resource_id>/declassify", resources.declassify, name="library-declassify"),
    path("resources/recycle", recycle_bin.recycle, name="library-recycle"),
    path("bin", recycle_bin.list_bin, name="library-bin"),
    path("bin/restore", recycle_bin.restore, name="library-bin-restore"),
    path("bin/restore-all", recycle_bin.restore_all, name="library-bin-restore-all"),
    path("bin/clear", recycle_bin.clear, name="library-bin-clear"),
]
