"""Receiving: what becomes of the envelopes a partner hands over, decided before anything is written."""
