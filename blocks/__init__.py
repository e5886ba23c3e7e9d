"""What makes things and with whom: values, media, storage, results, capabilities, providers, channels."""
