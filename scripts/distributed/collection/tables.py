"""The tables, in Parquet: what their columns are, and their newest rows."""

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as f
from pyspark.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    DoubleType,
    IntegerType,
    LongType,
    StringType,
    StructField,
    StructType,
)


def _struct(**columns: object) -> StructType:
    return StructType([StructField(name, kind) for name, kind in columns.items()])  # type: ignore[arg-type]


# One row per model that could be read; `key` names its file in fingerprints/.
MODELS = _struct(
    location=StringType(),
    name=StringType(),
    key=StringType(),
    state=StringType(),
    bytes=LongType(),
    digest=StringType(),
    format=StringType(),
    family=StringType(),
    parameters=LongType(),
    tensors=IntegerType(),
    shape=StringType(),
    declared=ArrayType(StringType()),
    license=StringType(),
    card=StringType(),
    incomplete=BooleanType(),
    methods=StringType(),
    tool=StringType(),
    seconds=DoubleType(),
    processor_seconds=DoubleType(),
    width=IntegerType(),
    frame=StringType(),
    linear=BinaryType(),
    tokens=BinaryType(),
    circuits=BinaryType(),
    layers=ArrayType(BinaryType()),
    tensor_digests=ArrayType(LongType()),
)

# One row per model that could not, in that run. `lasting`: another try would come out the same.
FAILURES = _struct(
    location=StringType(),
    key=StringType(),
    state=StringType(),
    bytes=LongType(),
    kind=StringType(),
    message=StringType(),
    attempts=IntegerType(),
    lasting=BooleanType(),
    tool=StringType(),
)

OUTCOMES = _struct(model=MODELS, failure=FAILURES)

EDGE = _struct(
    parent=StringType(),
    relation=StringType(),
    share=DoubleType(),
    log10P=DoubleType(),
    direction=StringType(),
    because=StringType(),
    via=StringType(),
    coefficient=DoubleType(),
    change=DoubleType(),
    alternatives=ArrayType(StringType()),
)

PAIR = _struct(other=StringType(), relation=StringType(), log10P=DoubleType())

# One row per model that was held against others; `inputs` is a digest of all that went into it.
VERDICTS = _struct(
    model=StringType(),
    key=StringType(),
    inputs=StringType(),
    compared=IntegerType(),
    relation=StringType(),
    log10P=DoubleType(),
    summary=StringType(),
    edges=ArrayType(EDGE),
    pairs=ArrayType(PAIR),
    seconds=DoubleType(),
    processor_seconds=DoubleType(),
    failure=StringType(),
)

TREES = _struct(
    family=IntegerType(),
    origin=StringType(),
    target=StringType(),
    kind=StringType(),
    distance=DoubleType(),
    coefficient=DoubleType(),
    excluded=ArrayType(StringType()),
    later=StringType(),
    trace=StringType(),
    failure=StringType(),
)

CANDIDATES = _struct(
    first=StringType(),
    second=StringType(),
    kinds=ArrayType(StringType()),
    strength=DoubleType(),
)

RUNS = _struct(
    models=IntegerType(),
    different=IntegerType(),
    pairs=IntegerType(),
    compared=IntegerType(),
    reused=IntegerType(),
    failures=IntegerType(),
)

FAMILIES = _struct(family=IntegerType(), model=StringType(), members=IntegerType())


def with_model(schema: StructType) -> StructType:
    """The columns of a part of a verdict, with the model that it is of."""
    return StructType([StructField("model", StringType()), *schema.fields])


def rows(spark: SparkSession, path: str, schema: StructType) -> DataFrame:
    """All rows of a table written in runs, with the number of the run; none where there is none."""
    wide = StructType([*schema.fields, StructField("run", IntegerType())])
    try:
        return spark.read.schema(wide).parquet(path)
    except AnalysisException as error:
        if error.getCondition() == "PATH_NOT_FOUND":
            return spark.createDataFrame([], wide)
        raise


def newest(spark: SparkSession, path: str, schema: StructType) -> DataFrame:
    """The row of the last run of each location."""
    last = Window.partitionBy("location").orderBy(f.desc("run"))
    numbered = rows(spark, path, schema).withColumn("_rank", f.row_number().over(last))
    return numbered.filter("_rank = 1").drop("_rank")
