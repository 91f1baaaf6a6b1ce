#!/bin/sh
# launch.sh RECORD SPEC COMMAND [ARGUMENT...]
# Writes down who it is (pid, start time, boot), then becomes the service: so no service ever runs unrecorded,
# not even when the supervisor is killed between starting it and noting it.
record=$1 spec=$2
shift 2
if [ -r /proc/self/stat ]; then
  started=$(cut -d ' ' -f 22 "/proc/$$/stat")
  boot=$(cat /proc/sys/kernel/random/boot_id)
else
  started=$(ps -o lstart= -p $$ | sed 's/^ *//; s/ *$//')
  boot=
fi
printf '{"pid":%s,"started":"%s","boot":"%s","spec":"%s"}\n' $$ "$started" "$boot" "$spec" > "$record.new" &&
  mv -f "$record.new" "$record" &&
  exec "$@"
