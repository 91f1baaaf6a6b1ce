/**
 * What a worker's machine runs before its agent, until it has joined: `/usr/local/lib/cove/join`. Python, for every
 * machine image with cloud-init has it. The token is made and kept here; only its hash travels.
 */
import type { WorkerBoot } from './contract.ts';

/** Each cloud's proof, from its metadata service. Python that sets `proof`. */
function proofCode(proof: WorkerBoot['proof']): string {
  switch (proof.kind) {
    case 'aws':
      return `token = get("http://169.254.169.254/latest/api/token", "PUT", {"X-aws-ec2-metadata-token-ttl-seconds": "300"})
pkcs7 = get("http://169.254.169.254/latest/dynamic/instance-identity/rsa2048", "GET", {"X-aws-ec2-metadata-token": token})
proof = {"kind": "aws", "pkcs7": "".join(pkcs7.split())}`;
    case 'gcp':
      return `query = urllib.parse.urlencode({"audience": ${JSON.stringify(proof.audience)}, "format": "full"})
at = "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/identity?" + query
proof = {"kind": "gcp", "token": get(at, "GET", {"Metadata-Flavor": "Google"})}`;
    case 'azure':
      return `at = "http://169.254.169.254/metadata/attested/document?api-version=2021-02-01"
proof = {"kind": "azure", "pkcs7": json.loads(get(at, "GET", {"Metadata": "true"}))["signature"]}`;
  }
}

export function joinScript({ apiUrl, proof, proxy, stack }: WorkerBoot, protocol: number): string {
  const proxies = proxy
    ? JSON.stringify({ http: proxy.http ?? proxy.https, https: proxy.https ?? proxy.http })
    : '{}';
  return `#!/usr/bin/python3
import hashlib, json, os, secrets, subprocess, sys, urllib.error, urllib.parse, urllib.request
HOME = "/var/lib/cove"
# A login that lasts only as long as the machine is on.
os.environ["DOCKER_CONFIG"] = "/run/cove-docker"
API = ${JSON.stringify(apiUrl)}
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
outside = urllib.request.build_opener(urllib.request.ProxyHandler(json.loads('${proxies}')))

def get(url, method, headers):
    return direct.open(urllib.request.Request(url, None, headers, method=method), timeout=10).read().decode()

def keep(path, text, user=0):
    draft = path + ".new"
    with open(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        os.fchown(file.fileno(), user, user)
        file.flush()
        os.fsync(file.fileno())
    os.rename(draft, path)

def join():
    token_file = HOME + "/secrets/token"
    if not os.path.exists(token_file):
        keep(token_file, secrets.token_hex(20), 10001)
    with open(token_file) as file:
        own = file.read().strip()
${proofCode(proof)
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}
    asked = {"protocol": ${protocol}, "proof": proof, "token_sha256": hashlib.sha256(own.encode()).hexdigest()${stack === undefined ? '' : `, "stack": ${JSON.stringify(stack)}`}}
    request = urllib.request.Request(API + "/api/worker/v1/join", json.dumps(asked).encode(), {"Content-Type": "application/json"})
    answer = json.load(outside.open(request, timeout=60))
    login = answer["registry"]
    if login:
        subprocess.run(["docker", "login", "--username", login["username"], "--password-stdin", login["host"]],
            input=login["password"].encode(), check=True, stdout=subprocess.DEVNULL)
    try:
        subprocess.run(["docker", "pull", "--quiet", answer["image"]], check=True)
    finally:
        if login:
            subprocess.run(["docker", "logout", login["host"]], stdout=subprocess.DEVNULL)
    with open(HOME + "/worker.template.json") as file:
        settings = json.load(file)
    settings["name"] = settings["machine"]["instanceId"] = answer["worker"]["name"]
    keep(HOME + "/worker.json", json.dumps(settings), 10001)
    keep(HOME + "/image", "IMAGE=" + answer["image"] + "\\n")
    print("joined as", answer["worker"]["name"], "for environment", answer["environment"]["slug"])

if os.path.exists(HOME + "/image"):
    sys.exit()
try:
    join()
except urllib.error.HTTPError as error:
    sys.exit("%s answers %d: %s" % (error.url, error.code, error.read().decode()[:500]))
except (OSError, subprocess.CalledProcessError) as error:
    sys.exit(str(error))
`;
}
