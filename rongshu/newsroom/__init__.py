"""The newsroom: writing and editing, and review by flows of reviews and proofs before anything goes out.

It owns who has to sign what, and the case of each version on its way. It does not own what an approval is
(library) nor how a placement shows (sites).
"""
