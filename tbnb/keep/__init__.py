"""Logs that outlive the machine: mirror, restore, Drive."""
