"""Federation: neighbouring libraries give each other their records, and each stays the owner of its own.

It owns the neighbours (partners), the feed of what may leave this node, the pulling and applying of what
others give, the proof of where each foreign record comes from, reports up (报送) and offers down (下发).
What a record is, how it passes the gate and where it is shown stay the library's and the sites' own.
"""
