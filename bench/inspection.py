"""Inspection: typos on real sentences, false alarms on clean prose, personal data, speed, a large dictionary.

    python -m bench.inspection [--data ../shared/data] [--words 1000000]

Typos are counted by character: an alarm is right when it stands on the wrong character and, for "corrected",
names the right one. The personal data are generated, valid and almost valid, in sentences of several kinds.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from rongshu.inspection.checkers.personal import is_card_number, is_resident_id
from rongshu.inspection.checking import inspect_text
from rongshu.inspection.findings import Finding, Tier
from rongshu.inspection.lexicon import Lexicon, Term, version_of
from rongshu.inspection.seed_lexicon import built_in_lexicon

TYPO_SETS: Final = ("ecspell_odw.test", "ecspell_law.test", "sighan15.test")
CLEAN_SETS: Final = ("gov_work_reports", "hebei_policy")
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def measure_typos(file: Path) -> None:
    """Print precision and recall of both tiers, with the counts behind them."""
    counts = {tier: [0, 0, 0] for tier in ("certain", "certain+suspect")}
    errors = clean = alarmed = 0
    for line in file.read_text("utf-8").splitlines():
        case = json.loads(line)
        wrong = {place: right for place, _, right in case["errors"]}
        errors += len(wrong)
        found = _typos(inspect_text(case["wrong"], built_in_lexicon()))
        clean += not wrong
        alarmed += bool(not wrong and found)
        for finding in found:
            for tier in (
                ("certain", "certain+suspect") if finding.tier is Tier.CERTAIN else ("certain+suspect",)
            ):
                hit = [place for place in range(finding.start, finding.end) if place in wrong]
                counts[tier][0] += 1
                counts[tier][1] += bool(hit)
                counts[tier][2] += bool(hit) and _applied(case["wrong"], finding, hit, wrong)
    for tier, (alarms, hits, corrected) in counts.items():
        print(
            f"{file.stem:18} {tier:16} precision {hits / max(alarms, 1):.3f} ({hits}/{alarms}), corrected "
            f"{corrected / max(alarms, 1):.3f}, recall {hits / errors:.3f} ({hits}/{errors})"
        )
    print(f"{file.stem:18} sentences without error: {clean}, with an alarm: {alarmed}")


def _typos(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.class_ == "E7"]


def _applied(text: str, finding: Finding, hit: Sequence[int], wrong: dict[int, str]) -> bool:
    mended = text[: finding.start] + finding.suggestion + text[finding.end :]
    return len(mended) == len(text) and all(mended[place] == wrong[place] for place in hit)


def measure_false_alarms(folder: Path, characters: int) -> None:
    """Print alarms per 10,000 characters of clean official prose, by class and tier."""
    with gzip.open(folder / "corpus.jsonl.gz", "rt") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    random.Random(7).shuffle(texts)
    read, counts = 0, dict[str, int]()
    examples = dict[str, list[str]]()
    for text in texts:
        if read >= characters:
            break
        read += len(text)
        for finding in inspect_text(text, built_in_lexicon()):
            name = f"{finding.class_} {finding.tier}"
            counts[name] = counts.get(name, 0) + 1
            examples.setdefault(name, []).append(
                f"{text[max(0, finding.start - 4) : finding.end + 4]}→{finding.suggestion}"
            )
    print(f"{folder.name}: {read} characters, per 10,000:")
    for name in sorted(counts):
        shown = random.Random(1).sample(examples[name], min(8, len(examples[name])))
        print(f"  {name:12} {counts[name] / read * 10_000:7.2f}   {' | '.join(shown)!r:.300}")


def resident_id(draw: random.Random, *, valid: bool) -> str:
    """Return an ID number, or one whose check character or birth date is wrong."""
    region = draw.choice(["110101", "320102", "440305", "510107", "130104", "330106", "650102"])
    born = f"{draw.randint(1940, 2015)}{draw.randint(1, 12):02}{draw.randint(1, 28):02}"
    if not valid and draw.random() < 0.4:
        born = f"{draw.randint(1940, 2015)}{draw.choice(['13', '00', '45'])}{draw.randint(1, 28):02}"
    body = f"{region}{born}{draw.randint(1, 999):03}"
    check = "10X98765432"[sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True)) % 11]
    number = body + check
    if valid:
        return number
    while is_resident_id(number):
        number = body + draw.choice("0123456789X")
    return number


def mobile(draw: random.Random, *, valid: bool) -> str:
    """Return a mobile number, or one with a wrong prefix or a digit too many or too few."""
    tail = f"{draw.randint(0, 99_999_999):08}"
    if valid:
        return draw.choice(["138", "139", "150", "186", "177", "199", "166", "147", "131", "191"]) + tail
    return draw.choice(
        ["128" + tail, "110" + tail, "138" + tail[:7], "138" + tail + "5", "020" + tail, "154" + tail]
    )


def card(draw: random.Random, *, valid: bool) -> str:
    """Return a card number of 16 or 19 digits, or one that fails Luhn."""
    prefix = draw.choice(["622202", "621700", "622848", "621661", "436742", "622588", "623668"])
    length = 16 if prefix.startswith("4") else draw.choice([16, 19])
    body = prefix + "".join(draw.choice("0123456789") for _ in range(length - len(prefix) - 1))
    digits = [digit for digit in "0123456789" if is_card_number(body + digit) == valid]
    return body + draw.choice(digits)


def _written(draw: random.Random, number: str) -> str:
    style = draw.random()
    if style < 0.15:
        return number.translate({0x30 + shift: 0xFF10 + shift for shift in range(10)})
    if style < 0.35:
        parts = {11: (3, 4, 4), 16: (4, 4, 4, 4), 18: (6, 8, 4), 19: (4, 4, 4, 4, 3)}.get(
            len(number), (len(number),)
        )
        joint, pieces, start = draw.choice([" ", "-"]), list[str](), 0
        for part in parts:
            pieces.append(number[start : start + part])
            start += part
        return joint.join(pieces)
    return number


_KINDS: Final = {
    "id": (
        resident_id,
        ("申请人身份证号{}，", "公民身份号码：{}。", "（{}）", "李某{}符合条件", "证件 {} 已核验"),
    ),
    "mobile": (mobile, ("联系电话：{}。", "请拨打{}咨询", "手机{}，", "（{}）", "张某{}")),
    "card": (
        card,
        ("开户行：示范银行，账号{}。", "银行卡号：{}", "请汇入{}账户", "收款账户 {}。", "储蓄卡（{}）"),
    ),
}


def personal_cases(count: int) -> Iterator[tuple[str, str, int, bool]]:
    """Yield (kind, sentence, place of the number, whether it is valid)."""
    draw = random.Random(20260601)
    for _ in range(count):
        kind = draw.choice(list(_KINDS))
        make, frames = _KINDS[kind]
        valid = draw.random() < 0.5
        number = _written(draw, make(draw, valid=valid))
        frame = draw.choice(frames)
        yield (
            kind,
            f"第{draw.randint(1, 99)}项：" + frame.format(number) + "特此说明。",
            frame.find("{}"),
            valid,
        )


def measure_personal(count: int) -> None:
    """Print recall and precision per kind over generated sentences."""
    totals = {kind: [0, 0, 0] for kind in _KINDS}
    for kind, sentence, _, valid in personal_cases(count):
        found = [each for each in inspect_text(sentence, built_in_lexicon()) if each.class_ == "E6"]
        totals[kind][0] += valid
        totals[kind][1] += valid and bool(found)
        totals[kind][2] += len(found) - (valid and bool(found))
    for kind, (valid_count, hits, false) in totals.items():
        print(
            f"personal {kind:7} recall {hits / valid_count:.4f} ({hits}/{valid_count}), "
            f"precision {hits / max(hits + false, 1):.4f} ({false} false)"
        )


def large_lexicon(words: int, folder: Path) -> Lexicon:
    """Return the built-in lexicon with as many further words."""
    draw = random.Random(3)
    signs = "".join(
        sorted(
            {
                sign
                for file in folder.glob("wordlists/*.txt")
                for sign in file.read_text()
                if "一" <= sign <= "鿿"
            }
        )
    )
    more = tuple(Term("".join(draw.choices(signs, k=draw.randint(3, 6)))) for _ in range(words))
    return Lexicon(version_of([str(words)]), terms=more, base=built_in_lexicon())


def _percentiles(ordered: Sequence[float]) -> str:
    return f"p50 {ordered[len(ordered) // 2]:.1f} ms, p95 {ordered[int(len(ordered) * 0.95)]:.1f} ms"


def measure_speed(folder: Path, rounds: int) -> None:
    """Print percentiles of one whole inspection of 3,000 new characters, 20,000 words loaded."""
    lexicon = large_lexicon(20_000, folder)
    with gzip.open(folder / "hebei_policy/corpus.jsonl.gz", "rt") as lines:
        joined = "".join(json.loads(line)["text"] for line, _ in zip(lines, range(400), strict=False))
    inspect_text(joined[:3000], lexicon)
    times, processor = list[float](), list[float]()
    for turn in range(1, rounds + 1):
        text = joined[turn * 3000 : turn * 3000 + 3000]
        started, spent = time.perf_counter(), time.process_time()
        inspect_text(text, lexicon)
        times.append((time.perf_counter() - started) * 1000)
        processor.append((time.process_time() - spent) * 1000)
    times.sort()
    processor.sort()
    print(f"inspection of 3,000 characters, 20,000 words: {_percentiles(times)}, max {times[-1]:.1f} ms")
    print(f"  of the processor: {_percentiles(processor)}")


def measure_large(words: int, folder: Path) -> None:
    """Print how long a very large dictionary takes to load, and to check with."""
    started = time.perf_counter()
    lexicon = large_lexicon(words, folder)
    made = time.perf_counter()
    lexicon.matcher.find("示范")
    print(f"{words} words: made in {made - started:.1f} s, compiled in {time.perf_counter() - made:.1f} s")


def main() -> None:
    """Run every part."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--words", type=int, default=1_000_000)
    parser.add_argument("--only", choices=["typos", "alarms", "personal", "speed", "large"])
    options = parser.parse_args()
    folder: Path = options.data
    if options.only in {None, "typos"}:
        for name in TYPO_SETS:
            measure_typos(folder / f"typo_correction/{name}.jsonl")
    if options.only in {None, "alarms"}:
        for name in CLEAN_SETS:
            measure_false_alarms(folder / name, 400_000)
    if options.only in {None, "personal"}:
        measure_personal(6000)
    if options.only in {None, "speed"}:
        measure_speed(folder, 200)
    if options.only in {None, "large"}:
        measure_large(options.words, folder)


if __name__ == "__main__":
    main()
