"""The engine in the installation itself: tantivy, in a folder below `RONGSHU_DATA/search/`.

One process writes, any number read. A generation is a folder; a small file names the one that serves.
"""
