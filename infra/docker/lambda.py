"""Runs a Lambda image's entry point in AWS's emulator, and has it fuse two pictures.

lambda.py EMULATOR DOCKERFILE PICTURES [COMMAND…]: COMMAND, such as chroot and its arguments, runs the emulator, which runs the entry point,
with no other environment than the Dockerfile's. Prints how long the initialisation and the first fusion took; fails with what the
emulator said if there is no fused picture.
"""

import base64
import json
import pathlib
import re
import shlex
import subprocess
import sys
import time
import urllib.error
import urllib.request

PORT = 18085
PATIENCE_SECONDS = 60


def entry_point(dockerfile):
    """The environment and the command that a Dockerfile gives, as one command."""
    text = dockerfile.read_text()
    lists = [json.loads(re.search(rf"^{name} (\[.*\])$", text, re.M)[1]) for name in ("ENTRYPOINT", "CMD")]
    return shlex.split(re.search(r"^ENV (.*)$", text, re.M)[1]), lists[0] + lists[1]


def event(pictures):
    fuse = {
        name: {"base64": base64.b64encode((pictures / file).read_bytes()).decode()}
        for name, file in (("template", "mona-lisa.jpg"), ("user", "astronaut.png"))
    }
    return json.dumps({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/fuse",
        "rawQueryString": "",
        "headers": {"content-type": "application/json", "accept": "image/*"},
        "requestContext": {"http": {"method": "POST", "path": "/fuse"}, "stage": "$default"},
        "body": json.dumps(fuse),
        "isBase64Encoded": False,
    }).encode()


def invoke(process, body):
    """Invokes the function and returns its response. Retries until the emulator listens."""
    url = f"http://127.0.0.1:{PORT}/2015-03-31/functions/function/invocations"
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with urllib.request.urlopen(url, body, PATIENCE_SECONDS) as answer:
                return json.load(answer)
        except urllib.error.URLError as e:
            if process.poll() is not None or time.monotonic() > deadline or not isinstance(e.reason, ConnectionRefusedError):
                raise


def main(emulator, dockerfile, pictures, *command):
    environment, arguments = entry_point(pathlib.Path(dockerfile))
    addresses = ["--runtime-interface-emulator-address", f"127.0.0.1:{PORT}", "--runtime-api-address", f"127.0.0.1:{PORT + 1}"]
    process = subprocess.Popen(
        ["env", "-i", *environment, *command, emulator, *addresses, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        answer = invoke(process, event(pathlib.Path(pictures)))
    except (OSError, ValueError) as e:
        answer = {"error": str(e)}
    finally:
        process.terminate()
    log = process.communicate()[0]
    if answer.get("statusCode") != 200 or not base64.b64decode(answer["body"]).startswith(b"\xff\xd8"):
        sys.exit(f"{log}\nno fused picture: {str(answer)[:500]}")
    init = float(re.search(r"INIT REPORT\(durationMs: ([0-9.]+)", log)[1])
    first = float(re.search(r"INVOKE RTDONE\(status: success, .*duration: ([0-9.]+)ms", log)[1])
    print(f"in Lambda's emulator: initialised in {init:.0f} ms, then fused in {first:.0f} ms")


main(*sys.argv[1:])
