"""A Spark session that brings this package to its workers."""

import os
import tempfile
import zipfile

from pyspark.sql import SparkSession

# A model that kills its worker is given up after a few attempts (Store.attempts); until then its
# task must be allowed to fail, and so must the tasks of other such models.
TASK_FAILURES = 64


def start(name: str, master: str | None) -> SparkSession:
    """The session: `master` as given, else what spark-submit says, else all local cores."""
    builder = (
        SparkSession.builder.appName(name)
        .config("spark.task.maxFailures", str(TASK_FAILURES))
        # Two copies of one task would look like attempts that failed.
        .config("spark.speculation", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.ui.showConsoleProgress", "false")
    )
    if master is None and "SPARK_ENV_LOADED" not in os.environ:
        master = f"local[*,{TASK_FAILURES}]"
    if master is not None:
        builder = builder.master(master)
        if master.startswith("local"):
            # Two hundred parts are meant for clusters.
            builder = builder.config("spark.sql.shuffle.partitions", "4")
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    spark.sparkContext.addPyFile(_package(tempfile.mkdtemp(prefix="collection-")))
    return spark


def _package(folder: str) -> str:
    """This package as an archive that Python imports from."""
    source = os.path.dirname(os.path.abspath(__file__))
    archive = os.path.join(folder, "collection.zip")
    with zipfile.ZipFile(archive, "w") as file:
        for module in sorted(os.listdir(source)):
            if module.endswith(".py"):
                file.write(os.path.join(source, module), f"collection/{module}")
    return archive
