"""Fit the weights of rongshu/inspection/typos/judging.py on the training part of a corpus; print them.

.venv/bin/python scripts/fit_typo_weights.py ../shared/data/typo_correction/ecspell_{odw,law}.train.jsonl
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from rongshu.inspection.passage import Passage
from rongshu.inspection.typos.judging import features
from rongshu.inspection.typos.scanning import scan


def examples(file: Path) -> Iterator[tuple[tuple[float, ...], bool]]:
    """Yield the features of every candidate, and whether it is what the corpus says."""
    for line in file.read_text().splitlines():
        pair = json.loads(line)
        wrong, right = pair["wrong"], pair["right"]
        if len(wrong) == len(right):
            for one in scan(wrong, Passage(wrong).codes):
                is_meant = wrong[one.place] != right[one.place] and one.right == right[one.place]
                yield features(one), is_meant


def main(files: list[str]) -> None:
    """Fit by Newton's method with a small ridge."""
    found = [example for file in files for example in examples(Path(file))]
    table = np.array([row for row, _ in found], dtype=float)
    meant = np.array([is_meant for _, is_meant in found], dtype=float)
    centre, spread = table.mean(0), table.std(0) + 1e-9
    centre[0], spread[0] = 0, 1
    scaled = (table - centre) / spread
    weights = np.zeros(table.shape[1])
    for _ in range(40):
        chance = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (chance - meant) + 0.3 * weights
        curve = (scaled * (chance * (1 - chance))[:, None]).T @ scaled + 0.3 * np.eye(len(weights))
        weights -= np.linalg.solve(curve, slope)
    plain = weights / spread
    plain[0] = weights[0] - float((weights * centre / spread)[1:].sum())
    print(f"{len(found)} candidates, {int(meant.sum())} meant")
    print(", ".join(f"{weight:.4f}" for weight in plain))


if __name__ == "__main__":
    main(sys.argv[1:])
