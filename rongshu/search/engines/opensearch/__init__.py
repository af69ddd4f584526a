"""The engine for scale: OpenSearch 2.x or 3.x, by its own client.

A generation is an index with a date in its name; an alias names the one that serves. `address` reads
SEARCH_URL, `mapping` says how the fields of the schema are kept, `translation` turns clauses into queries,
`asking` and `answering` turn requests and answers, `writer` writes in bulk, `engine` is the port.
"""
