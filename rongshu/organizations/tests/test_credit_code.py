"""Credit codes are checked digit by digit; demonstration codes stay in demonstrations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rongshu.organizations.credit_code import (
    CreditCodeInvalid,
    DemonstrationCreditCodeNotAllowed,
    check_credit_code,
    check_digit,
    demonstration_credit_code,
    organization_code_check_digit,
)

# Codes of public bodies as printed in the index numbers of their pages.
REAL = ["11441700007280420Y", "11500000MB1B37366Q", "114403006955506492"]


@pytest.mark.parametrize("code", REAL)
def test_real_codes_pass_both_check_digits(code: str) -> None:
    assert check_credit_code(code) == code
    assert organization_code_check_digit(code[8:16]) == code[16]


def test_full_width_spaces_and_lower_case_are_read() -> None:
    assert check_credit_code(" １１５０００００ mb1b37366q ") == "11500000MB1B37366Q"


@pytest.mark.parametrize("code", REAL)
@given(place=st.integers(0, 17), character=st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_any_single_wrong_character_is_refused(code: str, place: int, character: str) -> None:
    wrong = code[:place] + character + code[place + 1 :]
    if wrong != code:
        with pytest.raises(CreditCodeInvalid):
            check_credit_code(wrong)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "18 位，现为 0 位"),
        ("1144170000728042", "18 位，现为 16 位"),
        ("11441700OO7280420Y", "“O”，是否应为“0”"),
        ("11441700甲07280420Y", "“甲”"),
        ("0" * 18, "登记部门"),
        ("11441700007280420X", "校验位"),
    ],
)
def test_the_reason_is_said_in_chinese(code: str, said: str) -> None:
    with pytest.raises(CreditCodeInvalid) as refusal:
        check_credit_code(code)
    assert said in refusal.value.message
    assert refusal.value.fields["credit_code"] == refusal.value.message


@given(st.integers(0, 99_999_999), st.sampled_from(["990000", "990100", "990102"]))
def test_demonstration_codes_are_valid_and_only_admitted_on_request(serial: int, region: str) -> None:
    code = demonstration_credit_code(region, serial)
    assert check_credit_code(code, allow_demonstration=True) == code
    assert check_digit(code[:17]) == code[17]
    with pytest.raises(DemonstrationCreditCodeNotAllowed):
        check_credit_code(code)


@pytest.mark.parametrize(
    ("region", "serial"), [("110000", 1), ("99", 1), ("99000x", 1), ("990000", -1), ("990000", 10**8)]
)
def test_the_generator_keeps_to_its_range(region: str, serial: int) -> None:
    with pytest.raises(ValueError, match=r"demonstration region|out of range"):
        demonstration_credit_code(region, serial)
