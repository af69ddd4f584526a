"""Tests of the federation."""
