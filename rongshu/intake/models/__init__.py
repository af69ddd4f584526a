"""What intake keeps: runs and what they met, their papers, what their templates taught, batches of runs."""

from rongshu.intake.models.batches import BatchSite, IntakeBatch
from rongshu.intake.models.papers import IntakePaper
from rongshu.intake.models.runs import IntakeAddress, IntakeArticle, IntakeRefusal, IntakeRun
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
    "IntakeTemplate",
]
