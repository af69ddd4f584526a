"""What the newsroom refuses, and what the person is to do about it.

InvalidInput
└── MarkMalformed · FlowMalformed · TimePast
Conflict
├── NotReviewable · ReviewClosed · PieceChanged · PieceGone · ReturnUnanswered
├── SameReviewer · NotYetAnswered · FlowRaised · FlowInUse
├── NothingToReview · FindingsBlock
└── RecallFinished
(`WroteItOneself`, `RouteNeedsReview` are the library's.)
"""

from __future__ import annotations

from rongshu.foundation.errors import Conflict, InvalidInput


class MarkMalformed(InvalidInput):
    """A marked passage lies outside of the text or has no reason."""

    code = "mark-malformed"
    sentence = "标注有误：每处标注须选中正文中的文字并写明原因。"


class FlowMalformed(InvalidInput):
    """A flow without reviews, without a final one, or with steps out of order."""

    code = "flow-malformed"
    sentence = "流程设置有误：至少一级审核，最后一个环节必须是审核，每个环节须有名称、权限和时限。"


class TimePast(InvalidInput):
    """A moment in the past."""

    code = "time-past"
    sentence = "定时发布的时间须晚于现在。"


class NotReviewable(Conflict):
    """There is no version to review, or it is effective already."""

    code = "not-reviewable"
    sentence = "该稿件没有待审核的版本，或已经发布，请刷新后查看。"


class ReviewClosed(Conflict):
    """The case is not in a state from which this can be done."""

    code = "review-closed"
    sentence = "该稿件当前不在可以办理的环节，可能已由他人办理，请刷新后查看。"


class PieceChanged(Conflict):
    """The piece was revised after it was submitted."""

    code = "piece-changed"
    sentence = "稿件在提交后又有修改，当前审核已不适用，请撤回后重新提交新版本。"


class PieceGone(Conflict):
    """The piece was recycled or erased."""

    code = "piece-gone"
    sentence = "该稿件已移入回收站或被清除，审核已结束。"


class ReturnUnanswered(Conflict):
    """What came back with reasons is submitted again as it was, without a word."""

    code = "return-unanswered"
    sentence = "这一版已被退回而没有改动：请按退回意见修改，或在稿件页写明不修改的理由后再提交。"


class SameReviewer(Conflict):
    """Nobody acts in two reviews of one piece (P7-02)."""

    code = "same-reviewer"
    sentence = "您已办理过这篇稿件的另一级审核，任何两级审核不得由同一人办理，请转交其他审核人。"


class NotYetAnswered(Conflict):
    """The flow asks for an answer of the secrecy or internet-information office first."""

    code = "not-yet-answered"
    sentence = "本流程要求先报保密或网信部门审查，请登记其同意的答复后再终审。"


class FlowRaised(Conflict):
    """A key period has begun since, and asks for more levels."""

    code = "flow-raised"
    sentence = "已进入重要保障期，须按更严的流程审核，请撤回后重新提交。"


class FlowInUse(Conflict):
    """A flow that pieces have followed keeps its steps."""

    code = "flow-in-use"
    sentence = "该流程已有稿件使用，不能改动环节；请另建流程后调整适用范围。"


class NothingToReview(Conflict):
    """The person may not act on any open step of the case."""

    code = "nothing-to-review"
    sentence = "当前环节不由您办理，或已办理完毕。"


class FindingsBlock(Conflict):
    """Severe findings have to be released, general ones answered."""

    code = "findings-block"
    sentence = "内容检查发现的问题尚未处理，请先修改、说明或由第二人放行。"


class RecallFinished(Conflict):
    """The recall is over."""

    code = "recall-finished"
    sentence = "该撤稿已恢复或已结束，请刷新后查看。"
