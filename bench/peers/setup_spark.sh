#!/usr/bin/env sh
# An environment in which screening runs on Spark too: build/spark (the locked libraries and PySpark; needs Java 17).
set -eu
cd "$(dirname "$0")/../.."
[ -x build/spark/bin/python ] || "${PYTHON:-python3}" -m venv build/spark
build/spark/bin/python -m pip install --quiet --no-deps -r requirements.lock
build/spark/bin/python -m pip install --quiet "pyspark==4.0.1"
echo "$PWD" > "$(build/spark/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/qyzmet-here.pth"
build/spark/bin/python -c 'import pyspark, qyzmet; print(f"pyspark {pyspark.__version__}")'
