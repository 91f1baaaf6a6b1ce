# One file, two images. `npm run image` puts the context together (toolchain/image/) and builds both:
#   platform  every role of the application: api, scheduler, worker, bootstrap; the web pages are in it
#   vault     OpenBao
# Both run as a user without rights, on a read-only root; what they write goes to mounts and to /tmp.
ARG BASE=docker.io/library/debian:bookworm-slim

FROM ${BASE} AS base
# By hand: the smallest bases have no useradd. ssh wants its user to have a name.
RUN echo 'cove:x:10001:' >> /etc/group && echo 'cove:x:10001:10001::/tmp:/usr/sbin/nologin' >> /etc/passwd
ENV HOME=/tmp

FROM base AS vault
COPY vault/ /
USER 10001:10001
EXPOSE 8200
ENV BAO_ADDR=http://127.0.0.1:8200
# 2: it answers and is sealed, which bootstrap or its seal key mends, not a restart.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s CMD bao status >/dev/null || [ $? -eq 2 ]
ENTRYPOINT ["/usr/local/bin/bao", "server", "-config", "/etc/cove/vault.json"]

FROM base AS platform
# A base that carries them already needs no network.
RUN command -v git ssh >/dev/null && test -e /etc/ssl/certs/ca-certificates.crt \
  || { apt-get update \
  && apt-get install --yes --no-install-recommends git openssh-client ca-certificates \
  && rm -rf /var/lib/apt/lists/*; }
COPY platform/ /opt/cove/
# The project of the proving run, as the API serves it at /git/example.git.
RUN cp -r /opt/cove/app/example /tmp/example && cd /tmp/example \
  && export GIT_AUTHOR_DATE=2020-01-01T00:00:00Z GIT_COMMITTER_DATE=2020-01-01T00:00:00Z \
  && git init --quiet --initial-branch=main && git add . \
  && git -c user.name=Cove -c user.email=cove@localhost commit --quiet --message 'Example: tell three kinds of iris apart' \
  && git clone --quiet --bare /tmp/example /opt/cove/example.git && rm -rf /tmp/example
USER 10001:10001
WORKDIR /opt/cove
EXPOSE 8000
ENV NODE_ENV=production PATH=/opt/cove/node_modules/.bin:/usr/local/bin:/usr/bin:/bin
HEALTHCHECK --interval=15s --timeout=5s --start-period=90s CMD ["node", "app/probe.ts", "/etc/cove/settings.json"]
ENTRYPOINT ["node", "--no-warnings", "app/main.ts", "--settings", "/etc/cove/settings.json"]
