"""A certificate for loopback, made anew for each run by an authority nobody else trusts."""

from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM files: who signed it, the chain that a server shows, and its private key."""

    ca_file: Path
    chain_file: Path
    key_file: Path


def issue_certificate(folder: Path) -> Certificate:
    """Write an authority, a certificate for localhost and its key into `folder`."""
    authority = trustme.CA(organization_name="local twin, one run")
    server = authority.issue_cert("localhost", "127.0.0.1", common_name="localhost")
    issued = Certificate(folder / "ca.pem", folder / "chain.pem", folder / "key.pem")
    authority.cert_pem.write_to_path(str(issued.ca_file))
    server.private_key_pem.write_to_path(str(issued.key_file))
    for number, pem in enumerate(server.cert_chain_pems):
        pem.write_to_path(str(issued.chain_file), append=number > 0)
    return issued
