"""Where: provisioning and the command line."""
