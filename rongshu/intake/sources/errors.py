"""What can be wrong with a source of records as a whole, or with one of its records."""

from rongshu.foundation.errors import InvalidInput, Unavailable


class SettingsMalformed(InvalidInput):
    """The description of a source can't be followed; nothing was begun."""

    code = "source-settings-malformed"
    sentence = "数据来源的设置有误，请按提示修改后再试。"


class SourceAway(Unavailable):
    """The source does not answer, or not any more; what was read stays."""

    code = "source-away"
    sentence = "数据来源连接不上，请核对地址、账号和网络后再试；已读取的内容保留。"


class RecordUnreadable(InvalidInput):
    """One record can't be read; the others are."""

    code = "record-unreadable"
    sentence = "这条记录无法读取，请在来源中修正后重跑失败的记录。"
