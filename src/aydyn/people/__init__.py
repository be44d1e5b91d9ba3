"""Accounts, offices and mandates: who may act for whom."""
