"""The results table in PostgreSQL: videos, products, receipts, and Prefect's memory."""
