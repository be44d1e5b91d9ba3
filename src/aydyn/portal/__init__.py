"""What everybody sees: home, my page, the public register, the verify page, the open API."""
