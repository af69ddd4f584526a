"""The optional stage by meaning: what was found by words, in the order of how near it comes to a question.

Off unless `RONGSHU_SEARCH_SEMANTIC` is 1 and the extra `semantic` is installed (a small model on the CPU,
about ten passages a second). Texts are encoded in the background and kept by what they say; one without
vectors stays where its words put it.
"""
