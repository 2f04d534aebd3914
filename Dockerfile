# Builds the tool with the Swift runtime linked in, and an image that has only what it needs to run.
#
#   docker build -t shellcheck-model .
#   docker run --rm --network none -v "$PWD:/work:ro" shellcheck-model model/ --ref corpus/
#
# What reports are to be written to needs a mount of its own that the number below may write:
#
#   … -v "$PWD/out:/out" shellcheck-model model/ --ref corpus/ --format html -o /out/report.html

ARG SWIFT=6.2
FROM swift:${SWIFT}-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
      libhdf5-dev zlib1g-dev libopenblas-dev pkg-config python3 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
# Dependencies change less often than sources.
COPY Package.* ./
RUN swift package resolve
COPY . .
RUN DESTDIR=/installed scripts/install /usr/local

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
      ca-certificates libhdf5-103-1 zlib1g libopenblas0-pthread \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin inspector
COPY --from=build /installed/ /
# By number, so that a cluster can see that it is not root.
USER 10001:10001
# Fingerprints of references are cached here, if the container may keep anything.
ENV XDG_CACHE_HOME=/tmp/cache
WORKDIR /work
ENTRYPOINT ["shellcheck-model"]
CMD ["--help"]
