"""What every app stands on: events, audit, errors, clock and working days, identifiers, text, storage.

It owns no business noun. It does not know who a person is beyond an id and a name, nor what a
resource or a site is beyond an id.
"""
