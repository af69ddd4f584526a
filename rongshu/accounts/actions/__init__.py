"""What changes persons, accounts and grants: one file per deed."""
