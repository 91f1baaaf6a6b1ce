/**
 * How the operator's `cove password --reset` reaches a host of Google Cloud, which has no service that runs commands on
 * machines: by an attribute of the instance, which this program waits for. It can ask for nothing but that. Pure.
 * Source: Compute Engine documentation, "View and query VM metadata", `wait_for_change`.
 */
import type { WrittenFile } from './cloud-config.ts';

const PROGRAM = '/usr/local/lib/cove/requests';
export const REQUESTS_UNIT = 'cove-requests.service';

const SCRIPT = `#!/usr/bin/python3
import json, os, subprocess, time, urllib.request
AT = "http://metadata.google.internal/computeMetadata/v1/instance/attributes/?recursive=true&wait_for_change=true&timeout_sec=300&last_etag="
DONE = "/var/lib/cove/password-reset"
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
etag = "0"
while True:
    try:
        with direct.open(urllib.request.Request(AT + etag, headers={"Metadata-Flavor": "Google"}), timeout=330) as answer:
            asked, etag = json.load(answer).get("cove-password-reset", ""), answer.headers["ETag"] or "0"
    except (OSError, ValueError) as error:
        print(error, flush=True)
        time.sleep(5)
        continue
    if asked and not (os.path.exists(DONE) and open(DONE).read() == asked):
        with open(DONE, "w") as file:
            file.write(asked)
        print("asked for another password of the administrator", flush=True)
        subprocess.run(["systemctl", "start", "cove-password.service"])
`;
const UNIT = `[Unit]
Description=Cove: requests of the operator
After=cove-bootstrap.service

[Service]
Type=exec
ExecStart=${PROGRAM}
Restart=always

[Install]
WantedBy=multi-user.target
`;

export const requestFiles = (): WrittenFile[] => [
  { path: PROGRAM, content: SCRIPT, permissions: '0755' },
  { path: `/etc/systemd/system/${REQUESTS_UNIT}`, content: UNIT },
];
