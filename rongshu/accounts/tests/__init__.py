"""Tests of persons and access."""
