"""What writing and editing refuses, and what the person is to do about it.

Conflict
├── DraftKeptElsewhere        another window kept the same draft meanwhile
├── PieceChangedMeanwhile     somebody saved a version since the writing began
└── PieceLocked               somebody else is editing
InvalidInput
├── DraftTooLarge · TooManyFiles · PictureUnreadable · AltTextMissing
└── TemplateNameTaken
"""

from __future__ import annotations

from rongshu.foundation.errors import Conflict, InvalidInput


class DraftKeptElsewhere(Conflict):
    """Another window of the same person kept the draft after this one had read it."""

    code = "draft-kept-elsewhere"
    sentence = "这份稿子在另一个窗口中有更新的内容，本页没有覆盖它。请复制本页的修改，刷新后再继续。"


class PieceChangedMeanwhile(Conflict):
    """The piece has a newer version than the one the writing began from."""

    code = "piece-changed-meanwhile"
    sentence = "您编辑期间，别人已保存了新版本。您的内容还在；请先对比，再决定是否另存为新版本。"


class PieceLocked(Conflict):
    """Somebody else holds the edit lock."""

    code = "piece-locked"
    sentence = "这篇稿件正由他人编辑，您的内容已暂存；接手编辑后才能保存为新版本。"


class DraftTooLarge(InvalidInput):
    """More text than a piece may have."""

    code = "draft-too-large"
    status = 413
    sentence = "正文超过 8 MB，没有保存，上一次暂存的内容不变。请把大表格或图片改为附件。"


class TooManyFiles(InvalidInput):
    """More files than one piece may have."""

    code = "too-many-files"
    sentence = "一篇稿件最多 200 个文件，请先删去不用的文件。"


class PictureUnreadable(InvalidInput):
    """The picture can't be decoded or made into what was asked."""

    code = "picture-unreadable"
    sentence = "这张图片打不开，请用看图软件重新另存为 JPEG 或 PNG 后上传。"


class TemplateNameTaken(InvalidInput):
    """The unit has a template of this name."""

    code = "template-name-taken"
    sentence = "本单位已有同名模板，请换一个名称。"
