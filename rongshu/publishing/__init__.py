"""Turning the library's effective versions and their placements into files that readers get.

A page is a pure function of (database state, tick). It changes nothing but files, their manifest
and its own work.
"""
