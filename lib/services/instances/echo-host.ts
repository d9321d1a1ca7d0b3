import type { PortMapping } from './ports.ts';

/** The image that is no container: a small HTTP server of the platform's own, to try networks and balancers with. */
export const echoImage = 'http-echo';

/** The line of the user data that says what it runs; the local engine recognises the workload by it. */
const workloadLine = (name: string, published: readonly PortMapping[]): string =>
  JSON.stringify({ workload: echoImage, name, ports: published });

/**
 * Answers every request with what it was; a body comes back as it is. IMDSv2 names the machine. Python 3 is part of
 * Amazon Linux 2023.
 */
const server = `import functools, http.server, json, sys, time, urllib.parse, urllib.request

MAX_DELAY_MILLISECONDS = 60000
IMDS = 'http://169.254.169.254/latest/'


@functools.cache
def metadata(path):
    token = urllib.request.Request(IMDS + 'api/token', method='PUT',
                                   headers={'x-aws-ec2-metadata-token-ttl-seconds': '60'})
    with urllib.request.urlopen(token, timeout=5) as answer:
        key = answer.read().decode()
    asked = urllib.request.Request(IMDS + 'meta-data/' + path, headers={'x-aws-ec2-metadata-token': key})
    with urllib.request.urlopen(asked, timeout=5) as answer:
        return answer.read().decode()


class Echo(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def chunks(self):
        while size := int(self.rfile.readline().split(b';')[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass

    def body(self):
        if self.headers.get('transfer-encoding', '').lower() == 'chunked':
            return b''.join(self.chunks())
        return self.rfile.read(int(self.headers.get('content-length') or 0))

    def answer(self):
        body = self.body()
        path = urllib.parse.urlsplit(self.path).path.split('/')
        number = int(path[2]) if len(path) == 3 and path[2].isdecimal() else None
        if path[1:2] == ['delay'] and number is not None:
            time.sleep(min(number, MAX_DELAY_MILLISECONDS) / 1000)
        status = number if path[1:2] == ['status'] and number is not None and 200 <= number <= 599 else 200
        kind = self.headers.get('content-type', 'application/octet-stream')
        if not body:
            headers = {}
            for name, value in self.headers.items():
                name = name.lower()
                headers[name] = headers[name] + ', ' + value if name in headers else value
            kind = 'application/json'
            body = json.dumps({
                'instance_id': metadata('instance-id'), 'name': NAME,
                'private_ip': metadata('local-ipv4'), 'method': self.command, 'path': self.path,
                'headers': headers, 'remote': self.client_address[0]}).encode()
        empty = status in (204, 304)
        self.send_response(status)
        self.send_header('x-instance-id', metadata('instance-id'))
        if not empty:
            self.send_header('content-type', kind)
            self.send_header('content-length', str(len(body)))
        self.end_headers()
        if not empty and self.command != 'HEAD':
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer


with open('/etc/http-echo.json') as file:
    NAME = json.load(file)['name']
http.server.ThreadingHTTPServer(('', int(sys.argv[1])), Echo).serve_forever()`;

/**
 * Cloud-init user data that serves HTTP on each published host port of an Amazon Linux 2023 machine, now and after every
 * boot, with no image from elsewhere.
 *
 * - any request: 200 with JSON of `instance_id`, `name`, `private_ip`, `method`, `path`, `headers`, `remote`;
 * - a request with a body: 200 with that body and its content type. `x-instance-id` names the machine in each answer;
 * - `/status/<code>`: the same with that status, 200 to 599; `/delay/<ms>`: the same after so long, 60,000 at most.
 */
export const echoUserData = (name: string, published: readonly PortMapping[]): string => {
  const units = published.map(({ host }) => `http-echo@${host}.service`);
  return `#!/bin/bash
set -euo pipefail
cat > /etc/http-echo.json <<'WORKLOAD'
${workloadLine(name, published)}
WORKLOAD
cat > /opt/http-echo.py <<'PYTHON'
${server}
PYTHON
cat > /etc/systemd/system/http-echo@.service <<'UNIT'
[Unit]
Description=HTTP echo on port %i
After=network-online.target

[Service]
ExecStart=/usr/bin/python3 /opt/http-echo.py %i
DynamicUser=yes
AmbientCapabilities=CAP_NET_BIND_SERVICE
Restart=always
RestartSec=5
StandardOutput=journal+console
StandardError=journal+console

[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
${units.length > 0 ? `systemctl enable --now ${units.join(' ')}\n` : ''}`;
};
