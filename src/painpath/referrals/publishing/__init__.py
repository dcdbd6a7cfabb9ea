"""How a pathway is changed by people: drafts, a second person's approval, publication from a day."""
