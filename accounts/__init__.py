"""Who the visitor is, and how strongly that was proved."""
