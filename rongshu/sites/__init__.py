"""Sites, their columns, what is placed in them, their blocks, themes and old addresses.

It decides what is shown where and when; it does not hold content (library) nor make pages (publishing).
"""
