"""How well the search finds: collections of texts and questions whose right answers are known.

A collection is indexed into a scratch index with the product's own analysis and asked with the product's own
understanding and ranking. Nothing of it touches the installation.
"""

from rongshu.search.evaluating.collections import Collection, read_collection
from rongshu.search.evaluating.measuring import Figures, figures_of
from rongshu.search.evaluating.running import (
    Finder,
    by_meaning,
    evaluate,
    pairs_alone,
    scratch_engine,
    the_product,
)

__all__ = [
    "Collection",
    "Figures",
    "Finder",
    "by_meaning",
    "evaluate",
    "figures_of",
    "pairs_alone",
    "read_collection",
    "scratch_engine",
    "the_product",
]
