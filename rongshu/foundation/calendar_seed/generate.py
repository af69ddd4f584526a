"""Write the seed again from an installed `chinese-calendar`, once a year when the notice is out."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Final

from chinese_calendar.constants import holidays, workdays

_NAMES: Final = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利70周年纪念日",
}


def generated_days() -> Iterator[dict[str, object]]:
    """Yield what differs from the plain week, in order."""
    for day in sorted({*holidays, *workdays}):
        if day in workdays and day.weekday() >= 5:
            yield {"day": day.isoformat(), "is_working": True, "name": _NAMES[workdays[day]]}
        elif day in holidays and day.weekday() < 5:
            yield {"day": day.isoformat(), "is_working": False, "name": _NAMES[holidays[day]]}


def generated_years() -> Iterator[dict[str, object]]:
    """Yield the years the library knows, with the title of their notice."""
    for year in sorted({day.year for day in holidays if day == date(day.year, 1, 1) or day.month == 10}):
        yield {"year": year, "notice": f"国务院办公厅关于{year}年部分节假日安排的通知"}


def _write(path: Path, rows: Iterable[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    folder = Path(__file__).parent
    _write(folder / "days.jsonl", generated_days())
    _write(folder / "years.jsonl", generated_years())
