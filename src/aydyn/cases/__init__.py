"""Procedures at work: cases, their timelines, worklists and publication."""
