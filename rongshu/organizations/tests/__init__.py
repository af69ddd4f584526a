"""Tests of regions and organisations."""
