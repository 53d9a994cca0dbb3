#!/usr/bin/env sh
# The environment in which the peers of bench/mining.py run: build/peers-mining.
set -eu
cd "$(dirname "$0")/../.."
[ -x build/peers-mining/bin/python ] || "${PYTHON:-python3}" -m venv build/peers-mining
build/peers-mining/bin/python -m pip install --quiet "pydantic>=2.11" "pandera[polars]>=0.24" "polars>=1.30" \
  "pycryptodome>=3.22" "babel>=2.17" "msgspec>=0.19"
build/peers-mining/bin/python -c 'import pandera, pydantic; print(f"pandera {pandera.__version__}, pydantic {pydantic.VERSION}")'
