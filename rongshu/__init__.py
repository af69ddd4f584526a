"""榕树 Rongshu: one platform for all the websites of a province or a city, on one resource library."""
