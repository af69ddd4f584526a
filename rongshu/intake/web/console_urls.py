"""Addresses of intake on the console listener."""

from django.urls import URLPattern, path

from rongshu.intake.web import (
    batches,
    going_live,
    in_step,
    papers,
    reconciliation,
    review,
    run_progress,
    runs,
    signing,
    survey,
    task_mapping,
    tasks,
    template_rules,
)

_RUN = "runs/<uuid:run_id>"
_ARTICLE = f"{_RUN}/articles/<int:article_id>"
_MANY = "batches/<uuid:many_id>"
_TEMPLATE = f"{_RUN}/templates/<uuid:pattern_id>"
_TASK = "tasks/<uuid:task_id>"

urlpatterns: list[URLPattern] = [
    path("runs", runs.list_runs, name="intake-runs"),
    path(_RUN, runs.show_run, name="intake-run"),
    path(f"{_RUN}/report", runs.give_report, name="intake-report"),
    path(f"{_RUN}/versions/<uuid:version_id>", runs.show_version, name="intake-version"),
    path(f"{_RUN}/sign", signing.sign, name="intake-sign"),
    path(f"{_RUN}/return", signing.send_back, name="intake-return"),
    path(f"{_RUN}/resubmit", signing.resubmit, name="intake-resubmit"),
    path(f"{_RUN}/resume", signing.resume, name="intake-resume"),
    path(f"{_RUN}/inspect", signing.inspect_all, name="intake-inspect"),
    path(f"{_RUN}/review", review.list_review, name="intake-review"),
    path(_ARTICLE, review.show_article, name="intake-article"),
    path(f"{_ARTICLE}/page", review.show_saved_page, name="intake-saved-page"),
    path(f"{_ARTICLE}/correct", review.correct, name="intake-correct"),
    path(f"{_ARTICLE}/accept", review.accept, name="intake-accept"),
    path(f"{_RUN}/progress", run_progress.show_progress, name="intake-progress"),
    path(f"{_RUN}/stop", run_progress.stop, name="intake-stop"),
    path(f"{_RUN}/survey", survey.show_survey, name="intake-survey"),
    path(f"{_RUN}/plan", survey.change_plan, name="intake-plan"),
    path(f"{_RUN}/reconciliation", reconciliation.show_reconciliation, name="intake-reconciliation"),
    path(f"{_RUN}/addresses", reconciliation.give_addresses, name="intake-addresses"),
    path(f"{_RUN}/live", going_live.show_live, name="intake-live"),
    path(f"{_RUN}/papers/<uuid:paper_id>", papers.show_paper, name="intake-paper"),
    path(f"{_RUN}/proof", going_live.print_report, name="intake-proof"),
    path(f"{_RUN}/proof/renew", going_live.renew_report, name="intake-renew-report"),
    path(f"{_RUN}/follow", in_step.keep_in_step, name="intake-follow"),
    path(f"{_RUN}/look", in_step.look_now, name="intake-look"),
    path(f"{_RUN}/switch", going_live.switch, name="intake-switch"),
    path(f"{_RUN}/back", going_live.go_back, name="intake-go-back"),
    path("batches", batches.list_batches, name="intake-batches"),
    path(_MANY, batches.show_batch, name="intake-batch"),
    path(f"{_MANY}/proof", batches.print_batch_report, name="intake-batch-proof"),
    path(f"{_MANY}/report", batches.give_batch_report, name="intake-batch-report"),
    path(_TEMPLATE, template_rules.show_template, name="intake-template"),
    path(f"{_TEMPLATE}/change", template_rules.change_template, name="intake-template-change"),
    path("tasks", tasks.list_tasks, name="intake-tasks"),
    path("tasks/new", tasks.begin_new_task, name="intake-new-task"),
    path(_TASK, tasks.show_task, name="intake-task"),
    path(f"{_TASK}/rows", tasks.list_rows, name="intake-task-rows"),
    path(f"{_TASK}/source", tasks.change_source, name="intake-task-source"),
    path(f"{_TASK}/mapping", task_mapping.edit_mapping, name="intake-task-mapping"),
    path(f"{_TASK}/check", task_mapping.try_mapping, name="intake-task-check"),
    path(f"{_TASK}/start", tasks.start, name="intake-task-start"),
    path(f"{_TASK}/retry", tasks.retry, name="intake-task-retry"),
    path(f"{_TASK}/resume", tasks.resume, name="intake-task-resume"),
    path(f"{_TASK}/pause", tasks.pause, name="intake-task-pause"),
    path(f"{_TASK}/stop", tasks.stop, name="intake-task-stop"),
]
