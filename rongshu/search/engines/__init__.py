"""The engines: one port (`port.py`), one language of queries (`clauses.py`), and who speaks it.

`embedded` keeps the index in a folder of the installation; `opensearch` in a cluster. Both are held to the
same behaviour by one conformance suite (`tests/engines`). `choosing.py` says which one an installation has.
"""
