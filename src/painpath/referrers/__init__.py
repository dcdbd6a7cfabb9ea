"""The referrers' door: know before you send, send once, always see where it is."""
