"""What the test runs stand on: a private data folder and the record of proven requirements."""
