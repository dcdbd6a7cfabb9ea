"""Every rule, in the order in which they are told."""

from painpath.golive import database_rules, service_rules, site_rules

RULES = (*site_rules.RULES, *database_rules.RULES, *service_rules.RULES)
