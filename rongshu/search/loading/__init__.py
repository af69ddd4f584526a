"""What may be found, as documents: resources with their attachments, sites, columns, organisations."""
