"""What a team does together: discussion, a second screening that is blind, and how far two agree."""
