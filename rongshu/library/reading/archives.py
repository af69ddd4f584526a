"""Looking into a zip-based document before any library unpacks it: bombs, macros, encryption."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from rongshu.library.reading.document import Hindrance
from rongshu.library.reading.limits import HIGHEST_RATIO, LARGEST_UNPACKED, MOST_MEMBERS

_MACROS = ("vbaproject.bin", "vbadata.xml", "macrosheets/")


def hindrances_of(content: bytes, name: str) -> Iterator[Hindrance]:
    """Yield what speaks against opening; some of it forbids that (`Hindrance.forbids_opening`)."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        yield Hindrance("unreadable", f"请重新上传：{name or '文件'}已损坏，无法打开", name)
        return
    unpacked = sum(member.file_size for member in members)
    packed = max(sum(member.compress_size for member in members), 1)
    is_dense = unpacked > 1_000_000 and unpacked / packed > HIGHEST_RATIO
    if unpacked > LARGEST_UNPACKED or len(members) > MOST_MEMBERS or is_dense:
        yield Hindrance("bomb", f"请勿使用：{name or '文件'}解压后异常庞大，未打开", name)
        return
    if any(member.flag_bits & 1 for member in members):
        yield Hindrance("encrypted", f"请上传未加密的文件：{name or '文件'}", name)
    if any(sign in member.filename.lower() for member in members for sign in _MACROS):
        yield Hindrance("macros", f"请去除宏后重新上传：{name or '文件'}", name)
