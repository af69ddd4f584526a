"""Management of the inspection."""
