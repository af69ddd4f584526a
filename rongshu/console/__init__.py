"""The back office's kit: frame and menu, "my day", lists, forms, progress; people, organisations and audit.

Owns the layout and what is kept per person about it. Other apps register menu entries and panels here and
build their screens from `lists`, `forms` and the templates; what they show stays theirs.
"""
