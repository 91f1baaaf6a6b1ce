/** Docker credential helpers for clouds whose own is in no distribution; with what every machine image has: Python. */

const HEAD = `#!/usr/bin/python3
import json, sys, urllib.parse, urllib.request as u
host = sys.stdin.read().strip().removeprefix("https://")
def ask(url, data=None, **headers):
    return json.load(u.urlopen(u.Request(url, data and urllib.parse.urlencode(data).encode(), headers), timeout=20))
`;

/** Google: an access token of the machine's service account, from the metadata server. */
export const GOOGLE_HELPER = `${HEAD}at = "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token"
token = ask(at, **{"Metadata-Flavor": "Google"})["access_token"]
print(json.dumps({"ServerURL": host, "Username": "oauth2accesstoken", "Secret": token}))
`;

/** Azure: a token of the machine's managed identity, which the registry exchanges for its own. */
export const AZURE_HELPER = `${HEAD}query = {"api-version": "2018-02-01", "resource": "https://management.azure.com/"}
if "CLIENT_ID": query["client_id"] = "CLIENT_ID"
at = "http://169.254.169.254/metadata/identity/oauth2/token?" + urllib.parse.urlencode(query)
token = ask(at, Metadata="true")["access_token"]
own = ask(f"https://{host}/oauth2/exchange", {"grant_type": "access_token", "service": host, "access_token": token})
print(json.dumps({"ServerURL": host, "Username": "00000000-0000-0000-0000-000000000000", "Secret": own["refresh_token"]}))
`;
