"""COUNT: what calls of providers take and cost, and how much of that each user may have."""
