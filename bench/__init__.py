"""Benchmarks: each prints its figures beside the peer it is measured against."""
