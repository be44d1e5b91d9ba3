"""What a check found, for people: as data (`values`), as lines of text (`texts`), as one page without scripts (`pages`), in three languages."""
