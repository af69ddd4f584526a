"""Addresses of review on the console listener."""

from django.urls import URLPattern, path

from rongshu.newsroom.web.reviews import deciding, flows, lists, periods, recalls, showing

_CASE = "reviews/<uuid:review_id>"

urlpatterns: list[URLPattern] = [
    path("inbox", lists.list_inbox, name="newsroom-inbox"),
    path("ready", lists.list_ready, name="newsroom-ready"),
    path("reviews", lists.list_reviews, name="newsroom-reviews"),
    path(_CASE, showing.show_review, name="newsroom-review"),
    path(f"{_CASE}/form", showing.show_form, name="newsroom-review-form"),
    path(f"{_CASE}/form/archived", showing.give_archived_form, name="newsroom-review-form-archived"),
    path(f"{_CASE}/decide", deciding.decide, name="newsroom-review-decide"),
    path(f"{_CASE}/delegate", deciding.delegate, name="newsroom-review-delegate"),
    path(f"{_CASE}/escalate", deciding.escalate, name="newsroom-review-escalate"),
    path(f"{_CASE}/answer", deciding.answer, name="newsroom-review-answer"),
    path(f"{_CASE}/proof", deciding.add_proof, name="newsroom-review-proof"),
    path(f"{_CASE}/urge", deciding.urge, name="newsroom-review-urge"),
    path(f"{_CASE}/withdraw", deciding.withdraw, name="newsroom-review-withdraw"),
    path(f"{_CASE}/publish", deciding.publish, name="newsroom-review-publish"),
    path("places/<uuid:placement_id>/submit", deciding.submit_place, name="newsroom-submit-place"),
    path("pieces/<uuid:resource_id>/submit", deciding.submit, name="newsroom-submit-piece"),
    path("recalls", recalls.list_recalls, name="newsroom-recalls"),
    path("recalls/many", recalls.recall_chosen, name="newsroom-recall-many"),
    path("recalls/<uuid:recall_id>/restore", recalls.restore, name="newsroom-restore-recall"),
    path("recalls/live", recalls.list_live, name="newsroom-live"),
    path("resources/<uuid:resource_id>/recall", recalls.recall, name="newsroom-recall"),
    path("versions/<uuid:version_id>/purge", recalls.ask_purge, name="newsroom-ask-purge"),
    path("purges", recalls.list_purges, name="newsroom-purges"),
    path("purges/<uuid:request_id>", recalls.decide_one_purge, name="newsroom-decide-purge"),
    path("flows", flows.list_flows, name="newsroom-flows"),
    path("flows/new", flows.define, name="newsroom-define-flow"),
    path("flows/assign", flows.assign, name="newsroom-assign-flow"),
    path("flows/assignments/<uuid:assignment_id>/end", flows.end, name="newsroom-end-assignment"),
    path("flows/<slug:code>/retire", flows.retire, name="newsroom-retire-flow"),
    path("flows/<slug:code>", flows.show_flow, name="newsroom-flow"),
    path("key-periods", periods.list_periods, name="newsroom-key-periods"),
    path("key-periods/new", periods.set_period, name="newsroom-set-key-period"),
    path("key-periods/<uuid:period_id>/cancel", periods.cancel, name="newsroom-cancel-key-period"),
    path("exempt-sources", periods.list_sources, name="newsroom-exempt-sources"),
    path("exempt-sources/new", periods.list_source, name="newsroom-list-source"),
    path("exempt-sources/<uuid:source_id>/end", periods.end_source, name="newsroom-end-source"),
]
