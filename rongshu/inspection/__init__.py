"""Inspection of content: what is wrong in a text, where, by which rule, and what to do about it.

Owns the checkers, the dictionaries (lexicons) and their versions, the results of inspecting versions of
resources, releases and answers, exceptions, and the re-scan of what is published. Does not own the decision
to publish: the newsroom asks `queries.blocking_findings`.
"""
