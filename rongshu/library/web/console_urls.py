"""Addresses of the console's screens of 信息资源库."""

from django.urls import URLPattern, path

from rongshu.library.web import categories, definitions, overview, recycle_bin, resources, topics

_CATEGORY = "category/<uuid:category_id>"
_TOPIC = "topics/<uuid:topic_id>"

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
    path("topics", topics.list_topics, name="library-topics"),
    path(_TOPIC, topics.show_topic, name="library-topic"),
    path(f"{_TOPIC}/query", topics.by_query, name="library-topic-query"),
    path(f"{_TOPIC}/category", topics.by_category, name="library-topic-category"),
    path(f"{_TOPIC}/add", topics.add, name="library-topic-add"),
    path(f"{_TOPIC}/remove", topics.remove, name="library-topic-remove"),
    path(f"{_TOPIC}/end", topics.end, name="library-topic-end"),
    path("categories", categories.list_schemes, name="library-categories"),
    path("categories/<slug:code>", categories.show_scheme, name="library-scheme"),
    path("categories/<slug:code>/new", categories.create, name="library-new-category"),
    path("categories/<slug:code>/import", categories.import_file, name="library-import-categories"),
    path(_CATEGORY, categories.show_category, name="library-category"),
    path(f"{_CATEGORY}/rename", categories.rename, name="library-rename-category"),
    path(f"{_CATEGORY}/move", categories.move, name="library-move-category"),
    path(f"{_CATEGORY}/merge", categories.merge, name="library-merge-category"),
    path(f"{_CATEGORY}/split", categories.split, name="library-split-category"),
    path(f"{_CATEGORY}/delete", categories.delete, name="library-delete-category"),
    path(f"{_CATEGORY}/up", categories.move_up, name="library-category-up"),
    path("types", definitions.list_types, name="library-types"),
    path("types/<uuid:type_id>", definitions.show_type, name="library-type"),
    path("types/<uuid:type_id>/fields/new", definitions.new_field, name="library-new-field"),
    path("fields/<uuid:field_id>", definitions.edit_field, name="library-field"),
    path("fields/<uuid:field_id>/delete", definitions.remove_field, name="library-delete-field"),
    path("standards/new", definitions.new_standard, name="library-new-standard"),
    path("standards/<slug:code>/types/new", definitions.new_type, name="library-new-type"),
    path("standards/<slug:code>/delete", definitions.remove_standard, name="library-delete-standard"),
]
