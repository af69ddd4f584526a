"""Signatures of messages and of records: pure functions over keys, without a database.

`messages` signs and verifies requests and responses (RFC 9421), `proofs` what a record's origin says of it,
`statements` what a node says of keys. `providers` are the algorithms behind one interface. Which keys are
trusted is asked of a `Keyring`, which nonces were seen of a `NonceStore`.
"""
