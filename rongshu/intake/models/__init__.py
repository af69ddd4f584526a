"""What intake keeps: runs, every address and article they met, and what their templates taught."""

from rongshu.intake.models.runs import IntakeAddress, IntakeArticle, IntakeRefusal, IntakeRun
from rongshu.intake.models.templates import IntakeRules, IntakeTemplate

__all__ = ["IntakeAddress", "IntakeArticle", "IntakeRefusal", "IntakeRules", "IntakeRun", "IntakeTemplate"]
