"""Addresses of writing and editing on the console listener."""

from django.urls import URLPattern, path

from rongshu.newsroom.web.editing import (
    comparing,
    drafting,
    exporting,
    files,
    pieces,
    placing,
    previewing,
    templates,
    watermarks,
)

_PAGE = "versions/<uuid:version_id>/in/<uuid:column_id>/"

urlpatterns: list[URLPattern] = [
    path("pieces", pieces.list_pieces, name="newsroom-pieces"),
    path("pieces/new", pieces.begin_piece, name="newsroom-new-piece"),
    path("pieces/submit", pieces.submit_many, name="newsroom-submit-many"),
    path("pieces/<uuid:resource_id>", pieces.show_piece, name="newsroom-piece"),
    path("pieces/<uuid:resource_id>/edit", drafting.edit_piece, name="newsroom-edit-piece"),
    path("pieces/<uuid:resource_id>/relations", pieces.relate, name="newsroom-relate"),
    path("pieces/<uuid:resource_id>/places", placing.choose_places, name="newsroom-placements"),
    path(
        "pieces/<uuid:resource_id>/places/<uuid:column_id>",
        placing.show_own_place,
        name="newsroom-own-place",
    ),
    path("pieces/<uuid:resource_id>/preview", previewing.show_preview, name="newsroom-preview"),
    path("pieces/<uuid:resource_id>/compare", comparing.compare, name="newsroom-compare"),
    path("places/<uuid:placement_id>", placing.change_one, name="newsroom-change-place"),
    path("places/<uuid:placement_id>/remove", placing.remove_one, name="newsroom-remove-place"),
    path("drafts/<uuid:draft_id>", drafting.show_draft, name="newsroom-draft"),
    path("drafts/<uuid:draft_id>/keep", drafting.keep, name="newsroom-draft-keep"),
    path("drafts/<uuid:draft_id>/check", drafting.check_element, name="newsroom-draft-check"),
    path("drafts/<uuid:draft_id>/rows/<slug:name>", drafting.show_row, name="newsroom-draft-row"),
    path("drafts/<uuid:draft_id>/save", drafting.save, name="newsroom-draft-save"),
    path("drafts/<uuid:draft_id>/discard", drafting.discard, name="newsroom-draft-discard"),
    path("drafts/<uuid:draft_id>/restart", drafting.restart, name="newsroom-draft-restart"),
    path("drafts/<uuid:draft_id>/lock", drafting.beat, name="newsroom-draft-lock"),
    path("drafts/<uuid:draft_id>/files", files.draft_files, name="newsroom-draft-files"),
    path("drafts/<uuid:draft_id>/files/<str:digest>", files.serve_draft_file, name="newsroom-draft-file"),
    path(
        "drafts/<uuid:draft_id>/files/<str:digest>/preview",
        files.preview_draft_file,
        name="newsroom-draft-file-preview",
    ),
    path(
        "drafts/<uuid:draft_id>/files/<str:digest>/change",
        files.change_file,
        name="newsroom-draft-file-change",
    ),
    path("drafts/<uuid:draft_id>/files/<str:digest>/crop", files.crop_file, name="newsroom-draft-file-crop"),
    path("versions/<uuid:version_id>/duplicate", pieces.duplicate, name="newsroom-duplicate"),
    path("versions/<uuid:version_id>/restore", pieces.restore, name="newsroom-restore"),
    path(
        "versions/<uuid:version_id>/files/<str:digest>",
        files.serve_version_file,
        name="newsroom-version-file",
    ),
    path(
        "versions/<uuid:version_id>/files/<str:digest>/preview",
        files.preview_version_file,
        name="newsroom-version-file-preview",
    ),
    path("versions/<uuid:version_id>/word", exporting.export_version, {"form": "docx"}, name="newsroom-word"),
    path("versions/<uuid:version_id>/pdf", exporting.export_version, {"form": "pdf"}, name="newsroom-pdf"),
    path(_PAGE, previewing.show_page, name="newsroom-preview-page"),
    path(f"{_PAGE}f/<str:head>/<str:name>", previewing.give_file, name="newsroom-preview-file"),
    path(f"{_PAGE}<slug:kind>/<str:name>", previewing.give_asset, name="newsroom-preview-asset"),
    path("templates", templates.list_templates, name="newsroom-templates"),
    path("templates/<uuid:template_id>", templates.rename, name="newsroom-rename-template"),
    path("templates/<uuid:template_id>/drop", templates.drop, name="newsroom-drop-template"),
    path("versions/<uuid:version_id>/template", templates.keep, name="newsroom-keep-template"),
    path("watermarks", watermarks.list_watermarks, name="newsroom-watermarks"),
    path("watermarks/new", watermarks.choose_unit, name="newsroom-new-watermark"),
    path("watermarks/<uuid:organization_id>", watermarks.change, name="newsroom-watermark"),
    path(
        "watermarks/<uuid:organization_id>/sample", watermarks.show_sample, name="newsroom-watermark-sample"
    ),
    path("watermarks/<uuid:organization_id>/drop", watermarks.drop, name="newsroom-drop-watermark"),
    path("resources", pieces.choose_resources, name="newsroom-resources"),
]
