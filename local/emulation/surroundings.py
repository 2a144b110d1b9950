"""The variables that ministack is set up with."""

from pathlib import Path

from local.children import kept_environment


def surroundings(
    folder: Path, url: str, wait_scale: float, account: dict[str, str]
) -> dict[str, str]:
    """Return the environment of an emulator's process.

    Args:
        folder: all files of the run are to lie there.
        url: where it is to answer, with the port.
        wait_scale: by what waiting times are multiplied.
        account: the variables of AWS tools that reach it; its functions inherit all of this, so
            that nothing of the starter's own set-up belongs here.
    """
    return {
        **kept_environment(),
        **account,
        "AUTH": "true",
        "USE_SSL": "1",
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "localhost",
        "GATEWAY_PORT": url.rpartition(":")[2],
        "MINISTACK_REGION": account["AWS_REGION"],
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": f"unix://{folder}/no-docker",
        "SFN_WAIT_SCALE": str(wait_scale),
        "TMPDIR": str(folder),
        "S3_DATA_DIR": f"{folder}/s3",
        "STATE_DIR": f"{folder}/state",
        "AWS_EC2_METADATA_DISABLED": "true",
        "POWERTOOLS_TRACE_DISABLED": "true",
    }
