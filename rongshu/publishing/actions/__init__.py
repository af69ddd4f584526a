"""What the publisher can be told to do."""
