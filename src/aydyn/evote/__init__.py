"""Verifiable voting: Belenios archives made, checked and tallied (docs/spec/election-archive.md). Pure: values in, values out."""
