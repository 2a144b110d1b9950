"""The only importers of boto3: storage, table and Bedrock as the steps see them."""
