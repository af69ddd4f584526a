"""What a query means: words with their synonyms, phrases, exclusions, numbers, dates, regions, intent.

Pure: a function of the query, the vocabulary and the day. What becomes of it is the matter of the ranking.
"""

from rongshu.search.understanding.meaning import Intent, Restriction, Understood, Word
from rongshu.search.understanding.understand import understand
from rongshu.search.understanding.vocabulary import Vocabulary, seeded

__all__ = ["Intent", "Restriction", "Understood", "Vocabulary", "Word", "seeded", "understand"]
