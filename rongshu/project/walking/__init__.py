"""The tenancy walker: many tenants in one installation, and somebody who tries every address of the console.

It makes the tenants (`world`, `content`), finds the addresses (`addresses`) and the forms (`harvest`),
decides what to try (`walker`), asks (`asking`), and judges answers (`answers`) and tables (`tables`). Used by
the tests and by bench/walking.py.
"""
