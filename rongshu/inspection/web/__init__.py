"""The console's pages of the inspection."""
