"""Commands of persons and organisations: they act as a person, so they stand here."""
