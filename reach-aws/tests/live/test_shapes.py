"""Every field of every answer in XML, also of what moto does not know.

The answers are made from the service models, each field filled; botocore, which reads for the command
line, says what is to come out.
"""

import json
import re
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.sax.saxutils import escape

import botocore.session
import pytest
from botocore.parsers import ResponseParserFactory
from conftest import Reach

VERSIONS = {"2016-11-15": "ec2", "2015-12-01": "elbv2", "2012-06-01": "elb"}
# The loader never sees these: see `SECRETS` in reach-aws/src/collect/wire.rs.
SECRETS = {"CustomerGatewayConfiguration", "PreSharedKey", "UserData"}
TOKENS = {"NextToken", "NextMarker"}


def fill(shape, name, path=()):
    """An element with everything in it that the shape has."""
    kind = shape.type_name
    if kind == "structure":
        inner = "".join(
            fill(member, member.serialization.get("name", key), (*path, key))
            for key, member in shape.members.items()
            if key not in TOKENS
        )
    elif kind == "list":
        item = shape.member.serialization.get("name", "member")
        inner = "".join(fill(shape.member, item, (*path, str(i))) for i in range(2))
    elif kind == "map":
        key = shape.key.serialization.get("name", "key")
        value = shape.value.serialization.get("name", "value")
        entry = f"<{key}>k {{}}</{key}>" + fill(shape.value, value, path)
        inner = "".join(f"<entry>{entry.format(i)}</entry>" for i in range(2))
    elif kind == "boolean":
        inner = "true" if len(path) % 2 else "false"
    elif kind == "timestamp":
        inner = "2026-01-02T03:04:05.000Z"
    elif kind in ("integer", "long"):
        inner = str(len(".".join(path)))
    elif kind in ("float", "double"):
        inner = "1.5"
    else:
        assert kind == "string", kind
        inner = escape("".join(path[-2:]) + " <&> ü")
    return f"<{name}>{inner}</{name}>"


class Models:
    def __init__(self):
        session = botocore.session.get_session()
        self.models = {name: session.get_service_model(name) for name in VERSIONS.values()}
        factory = ResponseParserFactory()
        # As the command line has it: times as they came.
        factory.set_parser_defaults(timestamp_parser=lambda text: text)
        self.parsers = {
            name: factory.create_parser(model.metadata["protocol"])
            for name, model in self.models.items()
        }

    def answer(self, service, operation):
        output = self.models[service].operation_model(operation).output_shape
        inner = re.sub(r"^<x>|</x>$", "", fill(output, "x"))
        wrapper = output.serialization.get("resultWrapper")
        if wrapper:
            inner = f"<{wrapper}>{inner}</{wrapper}>"
        return f"<{operation}Response>{inner}</{operation}Response>"

    def printed(self, service, operation):
        output = self.models[service].operation_model(operation).output_shape
        body = self.answer(service, operation).encode()
        response = {"body": body, "headers": {}, "status_code": 200}
        parsed = self.parsers[service].parse(response, output)
        return {key: value for key, value in parsed.items() if key != "ResponseMetadata"}


@pytest.fixture(scope="module")
def models():
    return Models()


@pytest.fixture(scope="module")
def collected(models, tmp_path_factory):
    asked = set()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            form = {key: values[0] for key, values in urllib.parse.parse_qs(body).items()}
            service = VERSIONS.get(form.get("Version"))
            if form.get("Action") == "GetCallerIdentity":
                answer = (
                    "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::1:u</Arn>"
                    "<Account>123456789012</Account></GetCallerIdentityResult>"
                    "</GetCallerIdentityResponse>"
                )
            elif service:
                asked.add((service, form["Action"]))
                answer = models.answer(service, form["Action"])
            else:
                answer = "{}"
            answer = answer.encode()
            self.send_response(200)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    folder = tmp_path_factory.mktemp("shapes")
    reach = Reach(f"http://127.0.0.1:{server.server_port}", folder)
    done = reach("collect", "out", code=0)
    assert done.stderr == ""
    server.shutdown()
    return folder / "out/123456789012/us-east-1", asked


def without(value, names):
    if isinstance(value, dict):
        return {k: without(v, names) for k, v in value.items() if k not in names}
    if isinstance(value, list):
        return [without(item, names) for item in value]
    return value


def test_every_field_is_what_the_command_line_prints(models, collected):
    folder, asked = collected
    table = Path(__file__).resolve().parents[2] / "shapes/shapes.txt"
    assert len(asked) == len(re.findall("^operation ", table.read_text(), re.MULTILINE))
    fields = 0
    for service, operation in sorted(asked):
        verb = re.sub("(?<!^)([A-Z])", r"-\1", operation).lower()
        file = json.loads((folder / f"{service}-{verb}.json").read_text())
        printed = without(models.printed(service, operation), SECRETS)
        ((key, ours),) = file.items()
        if key in printed and isinstance(printed[key], dict):
            expected = printed[key]
        elif key in printed and not any(set(printed) <= set(item) for item in ours):
            # What is asked once for each subject is answered so often.
            expected = printed[key] * (len(ours) // len(printed[key]))
        else:
            ours = [{k: item[k] for k in printed} for item in ours]
            expected = [printed] * len(ours)
        assert ours and ours == expected, (service, operation)
        fields += len(re.findall('": ', json.dumps(printed)))
    assert fields > 1500, fields
