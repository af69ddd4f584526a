"""Values of rules in words: "20wd" is 20 个工作日."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

UNITS: Final[Mapping[str, str]] = {
    "s": "秒", "h": "小时", "d": "天", "wd": "个工作日", "w": "周", "m": "个月", "y": "年",
}  # fmt: skip
DURATION: Final = re.compile(r"(?P<number>\d{1,6})(?P<unit>wd|[shdwmy])")
SECTIONS: Final[Mapping[str, str]] = {
    "site": "网站", "foi": "信息公开", "service": "政务服务", "hotline": "热线与信访",
    "data_sharing": "数据共享", "security": "安全", "library": "信息资源库", "sign_in": "登录",
    "newsroom": "采编",
}  # fmt: skip
_KEYS: Final[Mapping[str, str]] = {
    "max": "最长", "min": "最短", "min_before": "至少提前", "min_keep": "至少留存", "count": "达到个数",
    "points": "计分", "unsettled": "未办结计分", "over_1m": "逾期一个月计分", "window": "时间窗",
    "timeout": "超时", "probe_per_day": "每日探测次数", "veto_rate": "否决比例", "lookback": "回溯期",
    "per_year": "每年次数", "due": "截止日期（月-日）", "extend": "可延长", "stops_clock": "期间不计入期限",
    "silence": "逾期不答视为", "else": "逾期视为", "every": "周期", "callback": "回访比例",
    "per_name": "同一登录名失败次数", "per_address": "同一地址失败次数", "idle": "无操作",
    "absolute": "登录后最长", "min_length": "最短长度", "classes": "字符类别数",
    "history": "不得重复的历史密码数", "max_age": "最长使用", "morning": "上午", "afternoon": "下午",
    "source": "依据",
}  # fmt: skip


def key_in_words(key: str) -> str:
    """Return what a part of a value is called."""
    return _KEYS.get(key, key)


def section_in_words(code: str) -> str:
    """Return what the section of a rule is called."""
    section = code.partition(".")[0]
    return SECTIONS.get(section, section)


def value_in_words(value: Any) -> str:
    """Return a value as a person reads it."""
    if value is None:
        return "随全平台"
    if isinstance(value, Mapping):
        return "，".join(f"{key_in_words(key)} {value_in_words(one)}" for key, one in value.items())
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(value_in_words(one) for one in value)
    found = DURATION.fullmatch(value) if isinstance(value, str) else None
    return f"{found['number']} {UNITS[found['unit']]}" if found else str(value)
