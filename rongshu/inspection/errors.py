"""What the inspection refuses.

RongshuError
├── InvalidInput
│   ├── DictionaryUnreadable   400  the file is none of CSV, XLSX, TXT, or has nothing usable
│   ├── PhraseUnfit            400  what is to be taught is not in the text, or too short
│   └── ReasonMissing          400
└── Conflict
    ├── FindingsBlock          409  severe findings not released, or general ones not answered
    ├── PicturesUnread         409  the words in its pictures are still being recognised
    ├── SecondPersonNeeded     409
    ├── NothingToMask          409
    ├── NotReleasable          409  the finding's severity asks for something else
    └── ProposalDecided        409  somebody else has accepted or declined it
"""

from __future__ import annotations

from rongshu.foundation.errors import Conflict, InvalidInput


class DictionaryUnreadable(InvalidInput):
    """The file given is no word list."""

    code = "dictionary-unreadable"
    sentence = "无法从文件中读出词语，请使用 CSV、XLSX 或每行一词的 TXT。"


class ReasonMissing(InvalidInput):
    """A resolution needs a reason."""

    code = "reason-missing"
    sentence = "请填写理由。"

    def __init__(self) -> None:
        super().__init__(fields={"reason": "请填写理由"})


class PhraseUnfit(InvalidInput):
    """A phrase to be taught does not hold the finding's text as it stands, or is too short."""

    code = "phrase-unfit"
    sentence = "例外的词句须照原文包含该文本，且不少于四个字。"

    def __init__(self) -> None:
        super().__init__(fields={"phrase": "须照原文包含该文本，且不少于四个字"})


class FindingsBlock(Conflict):
    """Findings stand against going on."""

    code = "findings-block"
    sentence = "内容检查发现尚未处理的问题，请先处理。"


class PicturesUnread(Conflict):
    """Recognition goes on in the background; until it is done nobody knows what a picture says."""

    code = "pictures-unread"
    sentence = "正在后台识别图片中的文字，识别并检查后才能发布，请过一两分钟再试。"


class SecondPersonNeeded(Conflict):
    """Who wrote a version can't release its severe findings."""

    code = "second-person-needed"
    sentence = "严重问题须由起草人以外的人员放行，请交由有放行权限的其他人员处理。"


class NothingToMask(Conflict):
    """No personal information that can be masked in the text."""

    code = "nothing-to-mask"
    sentence = "标题、摘要和正文中没有可以脱敏的个人信息；附件中的请修改后重新上传。"


class NotReleasable(Conflict):
    """The finding is not of the severity that this deed is for."""

    code = "not-releasable"
    sentence = "此项不适用该处理方式：严重问题须放行，其他问题须答复。"


class ProposalDecided(Conflict):
    """A proposal has been decided meanwhile."""

    code = "proposal-decided"
    sentence = "所选建议已由其他人员处理，请刷新列表查看。"
