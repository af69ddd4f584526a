"""What intake keeps: runs and what they met, papers, templates, batches of runs, tasks over records."""

from rongshu.intake.models.batches import BatchSite, IntakeBatch
from rongshu.intake.models.papers import IntakePaper
from rongshu.intake.models.runs import IntakeAddress, IntakeArticle, IntakeRefusal, IntakeRun
from rongshu.intake.models.tasks import IntakeTask, TaskRow, TaskRun
from rongshu.intake.models.templates import IntakeRules, IntakeTemplate

__all__ = [
    "BatchSite",
    "IntakeAddress",
    "IntakeArticle",
    "IntakeBatch",
    "IntakePaper",
    "IntakeRefusal",
    "IntakeRules",
    "IntakeRun",
    "IntakeTask",
    "IntakeTemplate",
    "TaskRow",
    "TaskRun",
]
