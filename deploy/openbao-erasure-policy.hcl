# What the second token may do: destroy a tenant's key after two officers decided so, and disable a key's older versions
# after a rotation. It can neither use a key nor make one, and what it destroys leaves a mark. See docs/configuration.md.

path "transit/keys/+" {
  capabilities = ["read", "delete"]
}

# The mark of an erased tenant: made, never removed.
path "transit/keys/gone-*" {
  capabilities       = ["read", "update"]
  allowed_parameters = {
    "type" = ["aes256-gcm96"]
  }
}

# Deletion can be allowed for a key, and older versions be disabled; nothing else is changed.
path "transit/keys/+/config" {
  capabilities       = ["update"]
  allowed_parameters = {
    "deletion_allowed"       = [true]
    "min_decryption_version" = []
  }
}

path "auth/token/lookup-self" {
  capabilities = ["read"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}
