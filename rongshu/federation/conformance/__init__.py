"""The conformance kit: any vendor's node tried from outside, by what it answers over HTTP.

Each check looks at one rule of docs/standards/federation and says what it saw. It passes, fails, or could not
be tried, with the reason; a check whose ground another one has found missing is not tried, so that a fault is
named once, in its place.
"""
