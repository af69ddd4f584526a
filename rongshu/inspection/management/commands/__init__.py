"""Commands of the inspection."""
