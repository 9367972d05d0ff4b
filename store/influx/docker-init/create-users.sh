#!/bin/bash
# Runs once, on an empty volume: the second bucket, and one user each for who writes and who reads.
set -euo pipefail

figures_id=$(influx bucket create --org "$DOCKER_INFLUXDB_INIT_ORG" --name meterhouse_figures --retention 0 --hide-headers | cut -f 1)
readings_id=$DOCKER_INFLUXDB_INIT_BUCKET_ID

create_user() {
  local name=$1
  shift
  influx v1 auth create --org "$DOCKER_INFLUXDB_INIT_ORG" --username "$name" --password "$(cat "/run/secrets/influx_$name")" "$@"
}
reads=(--read-bucket "$readings_id" --read-bucket "$figures_id")
create_user ingest "${reads[@]}" --write-bucket "$readings_id" --write-bucket "$figures_id"
create_user api "${reads[@]}"
create_user grafana "${reads[@]}"
