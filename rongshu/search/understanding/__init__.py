"""What a query means: words with their synonyms, phrases, exclusions, numbers, dates, regions, intent.

Pure: a function of the query, the vocabulary and the day. What becomes of it is the matter of the ranking.
"""
