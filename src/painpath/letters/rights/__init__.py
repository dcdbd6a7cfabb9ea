"""A copy of what is held about a person, letters too; and who is told when something was put right."""
