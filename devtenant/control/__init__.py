"""/dev: what tests and tools tell the tenant to be, to do, and to get wrong.

A GET changes nothing, a page of another site changes nothing, and a body that makes no sense gets a 400.

POST /dev/reset          {}                       back to the seed; address and signing keys stay
GET  /dev/users, /dev/users/SUB                   all that is known, secrets included
POST /dev/users          a person or a list       created, or changed when known; see people.py
DELETE /dev/users/SUB
POST /dev/clients        a client or a list       created, or changed when `client_id` is known
GET, POST /dev/settings  {name: value}            the tenant's switches; see records.Settings
POST /dev/faults         a fault or a list        added; [] forgets them all; see records.Fault
POST /dev/clock          {"offset": seconds}      how far the tenant's clock is ahead of real time
POST /dev/tokens         {"set", "drop", "header", "key", "alg"}  what is wrong with the next ID token
POST /dev/keys/rotate    {"revoke", "bits", "use"}  the next key signs from now on, or one made so
GET, POST /dev/actions   {"name", "code", "bindings", "keep"}  deployed and bound at once; a page for people
GET, POST /dev/risk      {"confidence", "assessments"}  what Adaptive MFA says of the next sign-in
GET  /dev/exchanges                               what applications and tenant have said to each other
DELETE /dev/exchanges                             the same, and forgets it
GET  /dev/logs                                    the tenant log
"""
