"""The record of a service as Parquet files that name nobody."""
