"""Calls a handler of Python: the event comes on standard input, the answer goes to file descriptor 3."""
import importlib
import json
import os
import sys
import traceback


class Context:
    def __init__(self, request_id):
        self.aws_request_id = request_id
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "")


def main():
    path, name = sys.argv[1].rsplit(".", 1)
    event = json.loads(sys.stdin.read())
    sys.path.insert(0, os.getcwd())
    module = importlib.import_module(path.replace("/", "."))
    return getattr(module, name)(event, Context(sys.argv[2]))


def answered():
    try:
        return {"result": main()}
    except Exception as error:
        traceback.print_exc()
        return {"error": {"errorType": type(error).__name__, "errorMessage": str(error)}}


text = json.dumps(answered())
sys.stdout.flush()
with os.fdopen(3, "w") as channel:
    channel.write(text)
