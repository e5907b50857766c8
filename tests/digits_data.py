"""The digits as the capstone has them: ``python -m tests.digits_data`` writes both files from scikit-learn's copy.

Of every digit the same number of images is kept back, drawn with a fixed seed; the others go to students.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from tests.support import ROOT

FOLDER = ROOT / "assignments" / "digits_network"
HANDED_OUT = FOLDER / "data" / "digits.npz"
KEPT_BACK = FOLDER / "kept" / "kept_back.npz"
KEPT_OF_EACH = 45
SEED = 1

Arrays = Mapping[str, np.ndarray]


def bundled() -> Arrays:
    """All 1,797 images ``(N, 8, 8, 1)`` as scikit-learn has them, in steps from 0 to 16, with their labels ``(N,)``."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    images = digits.images[..., np.newaxis].astype(np.uint8)
    return {"images": images, "labels": digits.target.astype(np.uint8)}


def split(digits: Arrays) -> tuple[Arrays, Arrays]:
    """What students get and what is kept back, each in random order."""
    rng = np.random.default_rng(SEED)
    labels = digits["labels"]
    kept = np.concatenate([rng.permutation(np.flatnonzero(labels == digit))[:KEPT_OF_EACH] for digit in range(10)])
    others = np.setdiff1d(np.arange(len(labels)), kept)
    handed_out, kept_back = (
        {name: array[order] for name, array in digits.items()} for order in map(rng.permutation, (others, kept))
    )
    return handed_out, kept_back


def read(path: Path) -> Arrays:
    """The arrays of one file."""
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def main() -> None:
    """Write both files."""
    for path, arrays in zip((HANDED_OUT, KEPT_BACK), split(bundled()), strict=True):
        path.parent.mkdir(exist_ok=True)
        np.savez_compressed(path, allow_pickle=False, **arrays)
        print(f"{path.relative_to(ROOT)}: {len(arrays['labels'])} images, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
