"""What is counted: definitions, statistics, small numbers, charts. Plain Python; the counts come from `measuring`."""
