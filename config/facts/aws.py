"""Writes config/aws-machines.generated.json from what two published packages know. By hand, when they have news:

    pip download --no-deps cfn-lint==1.58.0 moto==5.2.5 && python config/facts/aws.py cfn_lint-*.whl moto-*.whl

Which region has which machine type is cfn-lint's; how large a type is, moto's (AWS's own answers, recorded), and 0 where
moto does not know it yet.
"""

import gzip
import json
import pathlib
import sys
import zipfile

lint, moto = (zipfile.ZipFile(name) for name in sys.argv[1:3])
names = [pathlib.Path(name).name.split("-")[:2] for name in sys.argv[1:3]]
extension = "cfnlint/data/schemas/extensions/aws_ec2_instance/instancetype_enum.json"
by_region = {key: entry["enum"] for key, entry in json.loads(lint.read(extension)).items() if isinstance(entry, dict)}
sizes = json.loads(gzip.decompress(moto.read("moto/ec2/resources/instance_types.json.gz")))

regions = sorted(region for region in by_region if by_region[region])
machines = {}
for name in sorted({name for types in by_region.values() for name in types}):
    size = sizes.get(name, {"VCpuInfo": {"DefaultVCpus": 0}, "MemoryInfo": {"SizeInMiB": 0}})
    gpus = sum(gpu.get("Count", 0) for gpu in size.get("GpuInfo", {}).get("Gpus", []))
    bits = sum(1 << bit for bit, region in enumerate(regions) if name in by_region[region])
    machines[name] = [size["VCpuInfo"]["DefaultVCpus"], size["MemoryInfo"]["SizeInMiB"], gpus, f"{bits:x}"]

source = " and ".join(f"{name.replace('_', '-')} {version}" for name, version in names)
lines = ",\n".join(f"    {json.dumps(name)}: {json.dumps(entry)}" for name, entry in machines.items())
target = pathlib.Path(__file__).parent.parent / "aws-machines.generated.json"
target.write_text(
    f'{{\n  "source": {json.dumps(source)},\n  "regions": {json.dumps(regions)},\n  "machines": {{\n{lines}\n  }}\n}}\n'
)
print(f"{len(machines)} types, {len(regions)} regions; without a size: {len({n for t in by_region.values() for n in t} - set(sizes))}")
