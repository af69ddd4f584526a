"""Search (一网通查): finds whatever readers may see, by words, numbers, dates and spoken questions.

Owns the index and everything that follows from it: how text becomes tokens (`analysis`), what a query means
(`understanding`), how hits are ranked, the engines behind one port (`engines`), the indexer that follows the
events (`indexing`), the vocabulary that editors maintain, and the logs of what was looked for. The index is
derived: the library and the sites are the truth, and it may be made anew from them at any time.
"""
