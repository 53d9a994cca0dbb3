#!/usr/bin/env bash
# Installs the peers into an environment of their own: bench/peers/setup.sh [DIRECTORY, by default build/peers]
set -euo pipefail
cd "$(dirname "$0")/../.."
into=${1:-build/peers}
[ -x "$into/bin/python" ] || "${PYTHON:-python3}" -m venv "$into"
"$into/bin/python" -m pip install --quiet --requirement bench/peers/requirements.txt
echo "$into/bin/python"
