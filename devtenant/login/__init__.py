"""Universal Login: the pages on which a person proves who they are."""
