"""From events to the index: what to look at, in which order, and how a new generation is filled beside it.

Every step may be done twice: a killed indexer leaves work that is done again.
"""
