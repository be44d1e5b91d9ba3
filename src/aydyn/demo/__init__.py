"""Fills a demonstration node with example acts, through the same actions that people use and on a simulated clock."""
