"""Pages of people: mandates, absences, organisations, notices, keys for programs; and the door for SMS that come in."""
