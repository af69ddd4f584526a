"""The newsroom's doors."""
