"""From a query to its meaning."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Final

from rongshu.search.analysis import coarse, normalise
from rongshu.search.understanding.meaning import Intent, Understood, Word
from rongshu.search.understanding.parting import Parted, part
from rongshu.search.understanding.typing import typed_initials, typed_syllables
from rongshu.search.understanding.vocabulary import Vocabulary

LONGEST: Final = 200
_MOST_WORDS: Final = 40
_MOST_VARIANTS: Final = 6
# More words, or more characters, than this are a sentence.
_KEY_WORDS: Final = 4
_KEY_CHARACTERS: Final = 12

_DO: Final = re.compile(
    "办[^事公案]{0,6}证|手续|怎么领|如何领|入户|落户|办理|申请|申领|申报|补办|换领|补领|领取|注册|登记|注销|提取|缴纳|缴费|报名|预约|怎么办|如何办|去哪办|在哪办|办事指南|需要什么材料|变更|转移|报销|续期|换证"
)
_WHO: Final = re.compile(
    "电话|联系方式|地址|在哪里|在哪儿|上班时间|办公时间|是谁|负责人|局长|厅长|市长|县长|区长|省长|主任是"
)
_DOCUMENT: Final = re.compile(
    "(?:办法|条例|规定|意见|通知|方案|规划|细则|决定|公告|批复|纲要|文件)(?:全文|原文|下载)?$|^《.+》|红头文件|号文"
)
_ASK: Final = re.compile(
    "[?？]|吗|呢$|如何|怎么|怎样|什么|为什么|为何|多少|多久|是否|能否|可否|能不能|可不可以|谁|哪"
)

HINT_EMPTY: Final = "请输入要查找的内容，例如事项名称、文件名称、发文字号或部门名称。"
HINT_MARKS: Final = "没有可以检索的文字。请输入中文、拼音、字母或数字，例如“公积金提取”或“gjj”。"
HINT_LONG: Final = f"输入的内容太长，只按前 {LONGEST} 个字检索。请只保留关键的词语。"
HINT_NUMBER: Final = "没有找到这个文号的文件，以下是提到它或内容相近的信息。请核对机关代字、年份和序号。"
HINT_VAGUE: Final = "这些词太常见，难以判断您要找什么。请加上事项、部门或文件的名称。"


def understand(query: str, vocabulary: Vocabulary, today: date) -> Understood:
    """Return what a query means; never an error, whatever was typed."""
    parted = part(query[:LONGEST], today.year)
    words = _words(parted.rest)
    telling = [one for one in words if not vocabulary.is_filler(one)]
    latin = parted.rest.strip()
    understood = Understood(
        query=query,
        text=" ".join(parted.rest.split()) if words else "",
        fillers=_fillers(parted.rest, vocabulary) if telling else "",
        words=_with_variants(telling or words, parted.rest, vocabulary),
        phrases=tuple(normalise(one) for one in parted.phrases),
        excluded=tuple(parted.excluded),
        restrictions=tuple(parted.restrictions),
        named=tuple(parted.named),
        numbers=tuple(parted.numbers),
        number_parts=tuple(parted.number_parts),
        is_number=bool(parted.number_parts) and _says_nothing(parted.beside_number, vocabulary),
        years=tuple(parted.years),
        months=tuple(parted.months),
        regions=_regions(parted.rest, vocabulary)[0],
        syllables=typed_syllables(latin),
        initials=typed_initials(latin),
        intent=_intent(parted),
        is_spoken=_is_spoken(parted, telling),
    )
    hint = _hint(query, understood, telling)
    return replace(understood, hint=hint) if hint else understood


def _words(text: str) -> list[str]:
    """The words of a text, each once."""
    words = [word for word in coarse(text) if any(map(str.isalnum, word))]
    return list(dict.fromkeys(words))[:_MOST_WORDS]


def _says_nothing(text: str, vocabulary: Vocabulary) -> bool:
    _, left = _regions(text, vocabulary)
    return all(vocabulary.is_filler(word) for word in _words(left))


def _fillers(text: str, vocabulary: Vocabulary) -> str:
    """The words of a text that say nothing, in their places."""
    return "".join(word if vocabulary.is_filler(word) else " " for word in coarse(text)).strip()


def _with_variants(words: list[str], text: str, vocabulary: Vocabulary) -> tuple[Word, ...]:
    """Words with what would do as well; the segmenter may have cut a word of the vocabulary, or joined it."""
    found: dict[str, tuple[str, ...]] = dict.fromkeys(words, ())
    for _, known, variants in vocabulary.within(text):
        others = [one for one in variants if one not in text][:_MOST_VARIANTS]
        holder = next((one for one in words if known in one), None)
        if holder is not None:
            others = [*(holder.replace(known, one) for one in others), *others]
        else:
            holder = next((one for one in words if one in known), None)
        if holder is not None:
            told = (*found[holder], *(one for one in others if one not in text))
            found[holder] = tuple(dict.fromkeys(told))
    return tuple(Word(word, variants) for word, variants in found.items())


def _regions(text: str, vocabulary: Vocabulary) -> tuple[tuple[str, ...], str]:
    """Codes of named regions, and the text without them.

    Of 示范省示范市 both, a longer name before a shorter one within it.
    """
    found: list[str] = []
    left = text
    for name in sorted(vocabulary.regions, key=len, reverse=True):
        if len(name) > 1 and name in left:
            found.append(vocabulary.regions[name])
            left = left.replace(name, " ")
    return tuple(dict.fromkeys(found)), left


def _intent(parted: Parted) -> Intent:
    text = parted.rest.strip()
    if parted.numbers or parted.number_parts or _DOCUMENT.search(text):
        return Intent.DOCUMENT
    if _WHO.search(text):
        return Intent.WHO
    if _DO.search(text):
        return Intent.DO
    return Intent.ASK if _ASK.search(text) else Intent.LOOK_UP


def _is_spoken(parted: Parted, telling: list[str]) -> bool:
    """A question, or as long as a sentence. Words that somebody set apart are key words, however many."""
    if _ASK.search(parted.rest):
        return True
    pieces = parted.rest.split()
    longest = max((sum(map(str.isalnum, one)) for one in pieces), default=0)
    return longest > _KEY_CHARACTERS or (len(pieces) == 1 and len(telling) > _KEY_WORDS)


def _hint(query: str, understood: Understood, telling: list[str]) -> str:
    if not query.strip():
        return HINT_EMPTY
    if understood.is_empty:
        return HINT_MARKS
    if len(query) > LONGEST:
        return HINT_LONG
    is_plain = not (understood.phrases or understood.restrictions or understood.numbers)
    return HINT_VAGUE if not telling and is_plain and not understood.number_parts else ""
