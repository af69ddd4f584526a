"""统一社会信用代码, GB 32100-2015: structure, check digits, and codes of the demonstration range."""

import unicodedata
from typing import Final

from rongshu.foundation.errors import InvalidInput

# GB 32100-2015 § 4.1: no I, O, S, V, Z; the position is the value.
_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE: Final = {character: value for value, character in enumerate(_ALPHABET)}
_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
# GB 11714-1997 § 4.2, for the organisation code within (positions 9–17).
_BODY_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)

# § 4.2, annex A: who registers (编办 1, 外交 2, 司法 3, 文化 4, 民政 5, 旅游 6, 宗教 7, 工会 8, 工商 9,
# 军委 A, 农业 N, 其他 Y); 1x, 9x and so on say what kind of body it is.
_REGISTRARS: Final = frozenset("123456789AFGN") | {"Y"}
_DEMONSTRATION_REGION: Final = "99"
_READ_AS: Final = str.maketrans("OIZS", "0125")


class CreditCodeInvalid(InvalidInput):
    """The text is no unified social credit code; the sentence says what is wrong."""

    code = "credit-code-invalid"
    sentence = "统一社会信用代码有误，请对照登记证书核对后重新填写。"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, fields={"credit_code": sentence})


class DemonstrationCreditCodeNotAllowed(CreditCodeInvalid):
    """A code of the demonstration range outside a demonstration installation."""

    code = "credit-code-demonstration"


def check_digit(first_seventeen: str) -> str:
    """Return the 18th character for the first 17 (GB 32100-2015 § 4.3: weights 3**i, modulus 31)."""
    total = sum(
        _VALUE[character] * weight for character, weight in zip(first_seventeen, _WEIGHTS, strict=True)
    )
    return _ALPHABET[-total % 31]


def organization_code_check_digit(body: str) -> str:
    """Return the check digit of an 8-character organisation code (GB 11714-1997: modulus 11, X for 10)."""
    total = sum(int(character, 36) * weight for character, weight in zip(body, _BODY_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def check_credit_code(text: str, *, allow_demonstration: bool = False) -> str:
    """Return the code in 18 capitals and digits (full-width and spaced input is read) or raise.

    Raises `CreditCodeInvalid` with the reason in Chinese, `DemonstrationCreditCodeNotAllowed` for region 99.
    """
    code = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if len(code) != 18:
        raise CreditCodeInvalid(f"统一社会信用代码应为 18 位，现为 {len(code)} 位，请核对后重新填写。")
    wrong = next((character for character in code if character not in _VALUE), None)
    if wrong is not None:
        hint = f"，是否应为“{wrong.translate(_READ_AS)}”" if wrong in "OIZS" else ""
        raise CreditCodeInvalid(f"统一社会信用代码中不会出现“{wrong}”{hint}，请核对后重新填写。")
    if code[0] not in _REGISTRARS or not code[2:8].isdigit():
        raise CreditCodeInvalid(
            "统一社会信用代码第 1 位应为登记部门，第 3～8 位应为行政区划数字，请核对后重新填写。"
        )
    if check_digit(code[:17]) != code[17]:
        raise CreditCodeInvalid("统一社会信用代码的校验位不符，请对照登记证书逐位核对。")
    if is_demonstration(code) and not allow_demonstration:
        raise DemonstrationCreditCodeNotAllowed("区划为 99 的统一社会信用代码只用于演示，请填写真实代码。")
    return code


def is_demonstration(code: str) -> bool:
    """Whether the code lies in the demonstration range (region 99xxxx, which GB/T 2260 never assigns)."""
    return code[2:4] == _DEMONSTRATION_REGION


def demonstration_credit_code(region_code: str, serial: int, *, registrar: str = "11") -> str:
    """Return a valid credit code of the demonstration range, always the same for the same arguments.

    `region_code` is six digits beginning with 99, `serial` 0 to 99,999,999, `registrar` the first two
    characters (11: an organ registered by 编办).
    """
    if (
        len(region_code) != 6
        or not region_code.startswith(_DEMONSTRATION_REGION)
        or not region_code.isdigit()
    ):
        raise ValueError(f"not a demonstration region: {region_code}")
    if not 0 <= serial <= 99_999_999:
        raise ValueError(f"serial out of range: {serial}")
    body = f"{serial:08d}"
    first_seventeen = f"{registrar}{region_code}{body}{organization_code_check_digit(body)}"
    return first_seventeen + check_digit(first_seventeen)
