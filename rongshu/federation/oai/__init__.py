"""OAI-PMH 2.0: the library, and each site's part of it, for harvesters that nobody here wrote.

One repository is the whole library (on a host of no site), another each site (on its host). What is
effective, 主动公开 and shared 无条件 is given; what was and is no more stays as a deleted record. `ledger`
keeps when a record changed for harvesters, `sets` and `listing` read, `formats` and `markup` make the XML,
`protocol` reads requests, `answering` holds the verbs, `views` is the door.
"""
