"""One account's methods: grouping, names, protection, removal; pure."""
