# What the trustee zone's token may do in everyday work, and nothing more: make, rotate and use tenants' keys.
# It cannot take a key out, change how a key is kept, or delete one. The trustee asks OpenBao every five minutes
# whether its token can do more than this. See docs/configuration.md.

# The list of keys, for the posture check.
path "transit/keys" {
  capabilities = ["list"]
}

# One key: to look at it, and to make it in the one way allowed. `+` is one segment, so nothing below a key is meant.
path "transit/keys/+" {
  capabilities       = ["read", "update"]
  allowed_parameters = {
    "type" = ["aes256-gcm96"]
  }
}

# The mark of an erased tenant: to see that it is there.
path "transit/keys/gone-*" {
  capabilities = ["read"]
}

path "transit/keys/+/rotate" {
  capabilities = ["update"]
}

# No `create` here: with it, an unknown name would silently make a key.
path "transit/encrypt/t-*" {
  capabilities = ["update"]
}

path "transit/decrypt/t-*" {
  capabilities = ["update"]
}

# The token looks after itself.
path "auth/token/lookup-self" {
  capabilities = ["read"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}

path "sys/capabilities-self" {
  capabilities = ["update"]
}
