"""`painpath check`: what is missing before real people are entered, each with a sentence what to do and where.

`gathering` reads facts from the environment, the files and the database; `site_rules`, `database_rules` and
`service_rules` are functions of those facts alone.
"""
