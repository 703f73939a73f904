# The v2 keys of etcd that we use: a lease.
