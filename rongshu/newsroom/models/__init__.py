"""What the newsroom keeps, by noun."""

from rongshu.newsroom.models.drafting import Draft, DraftFile, EditLock, PieceTemplate, Watermark
from rongshu.newsroom.models.flows import ExemptSource, Flow, FlowAssignment, FlowStep, KeyPeriod, StepKind
from rongshu.newsroom.models.recalls import BulkRecall, PurgeRequest, Recall
from rongshu.newsroom.models.reviews import (
    Review,
    ReviewAct,
    ReviewForm,
    ReviewPlace,
    ReviewStep,
)
from rongshu.newsroom.models.statistics import DayCount

__all__ = [
    "BulkRecall",
    "DayCount",
    "Draft",
    "DraftFile",
    "EditLock",
    "ExemptSource",
    "Flow",
    "FlowAssignment",
    "FlowStep",
    "KeyPeriod",
    "PieceTemplate",
    "PurgeRequest",
    "Recall",
    "Review",
    "ReviewAct",
    "ReviewForm",
    "ReviewPlace",
    "ReviewStep",
    "StepKind",
    "Watermark",
]
