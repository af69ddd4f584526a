"""Regions and organisations: who exists, where, since when, and what became of them.

It does not own people (accounts) nor what organisations publish (library, sites).
"""
