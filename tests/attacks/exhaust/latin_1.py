"""Is saved in another encoding than it claims: déjà vu."""

# @HONEST mean_pooling@
