"""Tests of sites, columns and placements."""
