"""What intake keeps: runs and every address and article they met."""

from rongshu.intake.models.runs import IntakeAddress, IntakeArticle, IntakeRefusal, IntakeRun

__all__ = ["IntakeAddress", "IntakeArticle", "IntakeRefusal", "IntakeRun"]
