"""The search as an interface for applications: `/-/api/search/v1`, described by OpenAPI 3.1."""
